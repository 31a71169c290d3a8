import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Granted, Installation } from "../Installation.ts";
import type { EngineState } from "../inspect/EngineState.ts";
import { Inspector } from "../inspect/Inspector.ts";
import type { Ledger } from "../Ledger.ts";
import { findForms, searchFolders } from "../search/findForms.ts";
import { secretForms, textForms, type Form } from "../search/secretForms.ts";
import { holdTypedMeeting, type TypedMeeting } from "./typedMeeting.ts";
import { unquoteTrace } from "./unquoteTrace.ts";

interface Setting extends Pick<Installation, "origin" | "browser"> {
  access: Granted<"integrator" | "dataFolders" | "logs" | "engineTraces" | "webhooks">;
}

/**
 * What two people typed on the real page, and the keys their browsers derived, are looked for in everything the server
 * side holds or writes while the meeting lasts, and in all that the browsers sent and got. In a room without end-to-end
 * encryption the same search finds what was typed.
 */
export async function tryCanaries({ origin, browser: open, access }: Setting, ledger: Ledger): Promise<void> {
  const browser = await open();
  const { management } = access.integrator;
  await using inspector = new Inspector(access.dataFolders[0]);

  await holdTypedMeeting(browser, origin, management, {
    encrypted: false,
    async during({ roomId, typed, traffic }) {
      const heard = await access.webhooks.hears(roomId, "track_published");
      const events = access.webhooks.eventsOf(roomId).join(", ");
      ledger.noteControl("the webhooks tell of people and of their tracks", heard, events);
      const haul = await collect(access, inspector, { roomId, traffic });
      for (const [what, text] of Object.entries(typed)) {
        if (what === "file's content") continue; // files are encrypted in every room; their key is in the message
        const found = search(access, haul, formsOfText(what, text));
        const seen = ["browsers", "nats-server's trace"].every((place) => found.some((each) => each.startsWith(place)));
        ledger.noteControl(`without encryption the ${what} is found`, seen, list(found));
      }
    },
  });

  for (const model of ["server-generated key", "passphrase"]) {
    await holdTypedMeeting(browser, origin, management, {
      encrypted: true,
      passphrase: model === "passphrase",
      async during(meeting) {
        await access.webhooks.hears(meeting.roomId, "track_published");
        const haul = await collect(access, inspector, meeting);
        for (const [what, text] of Object.entries(meeting.typed)) {
          const found = search(access, haul, formsOfText(what, text));
          ledger.note(`${model}: the ${what}`, found.length === 0, `${list(found)} in ${sizeOf(haul)}`);
        }
        const blobs = blobsIn(access.dataFolders);
        ledger.noteControl(`${model}: the file is in the data folder, as a blob`, blobs === 1, `${blobs}`);
        const keys = derivedKeys(meeting, haul.state);
        ledger.noteControl(`${model}: derived keys were taken from the browsers`, keys.length >= 4, `${keys.length}`);
        const found = search(access, haul, keys.flatMap(secretForms));
        ledger.note(`${model}: derived keys`, found.length === 0, `${list(found)} in ${sizeOf(haul)}`);
      },
    });
  }
}

/**
 * Without the secret that the server made and keeps in its bucket, which another part of P2 looks after, and without the
 * check of a passphrase, which is given to the server: it is what the passphrase is compared by.
 */
function derivedKeys({ keys }: TypedMeeting, { entries }: EngineState): Buffer[] {
  const known = entries.filter(({ bucket }) => bucket === "keys" || bucket === "openings");
  return keys.filter((key) => !known.some(({ value }) => value?.includes(key.toString("base64url"))));
}

function blobsIn(folders: readonly string[]): number {
  return folders
    .map((folder) => join(folder, "blobs"))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile()).length;
}

const formsOfText = (what: string, text: string): Form[] =>
  textForms(text).map((form) => ({ ...form, name: `${what} as ${form.name}` }));

/** Everything in memory that is searched, by where it is from. */
interface Haul {
  texts: Record<string, Buffer>;
  state: EngineState;
}

async function collect(
  { logs, engineTraces, webhooks }: Setting["access"],
  inspector: Inspector,
  { roomId, traffic }: Pick<TypedMeeting, "roomId" | "traffic">,
): Promise<Haul> {
  const state = await inspector.look();
  return {
    state,
    texts: {
      browsers: traffic,
      "nats-server's trace": unquoteTrace(readFileSync(join(engineTraces, "nats-server.log"))),
      "livekit-server's trace": readFileSync(join(engineTraces, "livekit-server.log")),
      logs: Buffer.from(logs()),
      webhooks: Buffer.from(webhooks.textOf(roomId)),
      "engines' state": Buffer.from(JSON.stringify(state)),
    },
  };
}

/** `place: form` of everything that was found, data folders included. */
function search({ dataFolders }: Setting["access"], { texts }: Haul, forms: readonly Form[]): string[] {
  const inTexts = Object.entries(texts).flatMap(([place, bytes]) =>
    findForms(bytes, forms).map((form) => `${place}: ${form}`),
  );
  return [...inTexts, ...searchFolders(dataFolders, forms).found];
}

function list(found: readonly string[]): string {
  return found.length === 0 ? "not found" : `found: ${found.slice(0, 4).join("; ")}`;
}

function sizeOf({ texts }: Haul): string {
  const sizes = Object.entries(texts).map(([place, { length }]) => `${place} ${(length / 1024).toFixed(0)} KiB`);
  return `${sizes.join(", ")}, data folders`;
}
