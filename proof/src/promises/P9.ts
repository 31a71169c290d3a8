import type { Browser } from "playwright-core";
import { enter } from "../canaries/meetingPage.ts";
import { engineAccessOf } from "../inspect/engineAccess.ts";
import { defineProof } from "../Proof.ts";
import { canary, newToken, signHs256 } from "../rooms.ts";
import { joinAsForgedService } from "../services/forgedServices.ts";
import { demandEverything, services, startAll, statesOf } from "../services/services.ts";
import { Seat, type Place } from "../walls/Seat.ts";

const waitMs = 30_000;

/** Where the key is a passphrase, nothing records, transcribes, broadcasts or reads, whoever asks and however. */
export const p9 = defineProof({
  promise: "P9",
  title: "no recording, transcription or AI where the server holds no key",
  needs: ["integrator"],
  async carryOut({ origin, browser, access }, ledger) {
    const { management, apiKey, apiSecret } = access.integrator;
    const place: Place = { origin, management, websocketUrl: null };
    const { roomId, granted } = await demandEverything(management, { passphrase: true });
    ledger.note("an integrator makes a room that wants everything", granted.length === 0, onOf(granted));

    const host = await Seat.take(place, roomId, { isHost: true });
    const before = await startAll(host);
    ledger.note("a host asks before anybody opened it", areForbidden(before), inWords(before));

    const again = await demandEverything(management, { roomId, passphrase: false });
    ledger.note(
      "an integrator asks again for the room, without a passphrase",
      again.granted.length === 0,
      onOf(again.granted),
    );
    await ledger.part("a host looks for it on the page", [], access, async () => {
      const offers = await offersOnPage(await browser(), origin, await newToken(management, roomId, { isHost: true }), {
        passphrase: canary("passphrase"),
      });
      return { holds: offers.buttons.length === 0 && offers.reasons === 2, evidence: inWords(offers) };
    });
    const during = await startAll(host);
    ledger.note("a host asks in a meeting that has begun", areForbidden(during), inWords(during));

    const target = { origin, management, apiKey, apiSecret, roomId, sessionId: host.sid };
    await ledger.part("a service joins with forged tokens", [], access, async () => {
      const outcomes = await joinAsForgedService(target);
      // Whoever makes tokens may let people in: what they get is what everybody gets who has not the passphrase.
      const harmless = Object.values(outcomes).every(
        (each) => each === "token_invalid" || each.endsWith("without a key"),
      );
      return { holds: harmless, evidence: inWords(outcomes) };
    });
    await ledger.part(
      "a recorder's media token, made with the SFU's own secret",
      ["dataFolders"],
      access,
      async (given) => {
        const { key, secret } = engineAccessOf(given.dataFolders[0]).livekit;
        const outcome = await connectAsRecorder(origin, host.sid, { key, secret });
        return { holds: outcome === 401, evidence: `the signalling answers ${outcome}` };
      },
    );
    const states = await statesOf(host);
    ledger.note("after all of it nothing runs", states === "off off", states);
    await management.demand("/room/endRoom", { room_id: roomId });

    const open = await demandEverything(management, { passphrase: false });
    await ledger.part("control: the page of that room offers it", [], access, async () => {
      const token = await newToken(management, open.roomId, { isHost: true });
      const offers = await offersOnPage(await browser(), origin, token, { passphrase: null });
      return { holds: offers.buttons.length === 2 && offers.reasons === 0, evidence: inWords(offers) };
    });
    const control = await Seat.take(place, open.roomId, { isHost: true });
    const outcomes = await startAll(control);
    // Whether a process is there to do it is another question.
    const mayStart = ["recording", "transcription"].every((service) =>
      ["ok", "unavailable"].includes(outcomes[service] ?? ""),
    );
    ledger.noteControl(
      "the same room with the server's key",
      open.granted.length >= services.length && mayStart,
      `${inWords(outcomes)}; ${open.granted.length} flags on`,
    );
    await management.demand("/room/endRoom", { room_id: open.roomId });
  },
});

const areForbidden = (outcomes: Record<string, string>) =>
  services.every((service) => outcomes[service] === "key_model_forbids");

const onOf = (granted: readonly string[]) =>
  granted.length === 0 ? "every such flag is off" : `on: ${granted.join(", ")}`;

/** `recording: key_model_forbids, ai: key_model_forbids` */
function inWords(outcomes: object): string {
  return Object.entries(outcomes)
    .map(([name, value]) => `${name}: ${Array.isArray(value) ? `[${value.join(", ")}]` : String(value)}`)
    .join(", ");
}

/** The buttons that a host finds, and how often the page says that the server has no key. */
async function offersOnPage(
  browser: Browser,
  origin: string,
  token: string,
  { passphrase }: { passphrase: string | null },
): Promise<{ buttons: string[]; reasons: number }> {
  const context = await browser.newContext({ locale: "en-GB", permissions: ["camera", "microphone"] });
  try {
    const page = await context.newPage();
    await page.goto(`${origin}/?access_token=${token}`);
    await enter(page, passphrase, true);
    // A room that wants everything begins to record by itself, which people are asked about.
    await page.addLocatorHandler(page.getByRole("alertdialog"), (question) =>
      question.getByRole("button", { name: "I agree" }).click(),
    );
    await page.getByRole("button", { name: "More" }).click({ timeout: waitMs });
    await page.getByRole("menuitem", { name: "Recording and transcription" }).click({ timeout: waitMs });
    const dialog = page.getByRole("dialog", { name: "Recording and transcription" });
    await dialog.getByText("Recording on the server").waitFor({ timeout: waitMs });
    const buttons = dialog.getByRole("button", { name: /^(Record|Transcribe|Stop recording|Stop transcribing)$/ });
    const reasons = dialog.getByText("The server has no key for this meeting");
    return { buttons: await buttons.allTextContents(), reasons: await reasons.count() };
  } finally {
    await context.close();
  }
}

/** LiveKit's own question whether a token is good, through the proxy. */
async function connectAsRecorder(
  origin: string,
  sessionId: string,
  { key, secret }: { key: string; secret: string },
): Promise<number> {
  const now = Math.floor(Date.now() / 1000);
  const video = { room: sessionId, roomJoin: true, canSubscribe: true, recorder: true, hidden: true };
  const sub = `p_${"R".repeat(16)}.${"n".repeat(21)}A`;
  const token = signHs256({ iss: key, sub, nbf: now, exp: now + 60, video }, secret);
  const { status } = await fetch(`${origin}/rtc/validate?access_token=${token}`);
  return status;
}
