import { SottoApi, SottoError } from "@sotto/client";
import type { CookieJar } from "@sotto/dev-env";
import { newSenderNonce } from "../rooms.ts";
import { allTogether, type Outcome } from "./attack.ts";
import { ConnectionGone, RawNats } from "./RawNats.ts";
import type { Scene } from "./Scene.ts";
import { Seat } from "./Seat.ts";

/** How long a connection may outlive what it was for. */
const closedMs = 5_000;

/** What somebody can still do whose credentials were good a moment ago. */
export async function tryFormerMembers(scene: Scene): Promise<Outcome[]> {
  const { place, roomId } = scene;
  const outcomes: Outcome[] = [];
  const note = (attempt: string, achieved: string | null) => outcomes.push({ attempt, achieved });

  const left = await Seat.take(place, roomId);
  const ofLeft = await listen(left);
  await left.call(ofLeft, "leave");
  const since = ofLeft.messages.length;
  note("the connection of somebody who left", await staysOpen(ofLeft));
  note("messages for somebody who left", heard(ofLeft, since));
  note("the secret of somebody who left", await logsIn(left));
  note("that secret, once more", await logsIn(left));
  note("the resume cookie of somebody who left", await resumes(place.origin, left.cookies));

  const older = await Seat.take(place, roomId);
  const ofOlder = await listen(older);
  const again = await listen(older);
  note("two connections with one secret", await staysOpen(ofOlder));
  await new SottoApi(place.origin, { fetch: older.cookies.fetch })
    .join({ senderNonce: newSenderNonce(), participantId: older.pid }, {})
    .then(async ({ nats, sessionId, participantId }) => {
      const newer = await RawNats.connect(older.url, { user: `${sessionId}.${participantId}`, pass: nats.secret });
      note("the connection of a page that was replaced", await staysOpen(again));
      note("the secret of a page that was replaced", await logsIn(older));
      note("the newer page, after that", newer.isGone ? "the older page closed it" : null);
      await newer[Symbol.asyncDispose]();
    });

  const host = await Seat.take(place, scene.otherRoomId, { isHost: true });
  const ofHost = await listen(host);
  const guest = await Seat.take(place, scene.otherRoomId);
  const ofGuest = await listen(guest);
  const late = await Seat.take(place, scene.otherRoomId);
  const methods: readonly string[] = host.answer.permissions.rpc;
  if (methods.includes("moderate")) {
    const removed = await Seat.take(place, scene.otherRoomId);
    const ofRemoved = await listen(removed);
    await host.call(ofHost, "moderate", JSON.stringify({ action: "remove", participantId: removed.pid, ban: false }));
    note("the connection of somebody who was removed", await staysOpen(ofRemoved));
    note("the secret of somebody who was removed", await logsIn(removed));
    note("the resume cookie of somebody who was removed", await resumes(place.origin, removed.cookies));
  }
  await host.call(ofHost, "end-meeting");
  note("a guest's connection after the end", await staysOpen(ofGuest));
  note("a host's connection after the end", await staysOpen(ofHost));
  for (const [who, seat] of [
    ["guest", guest],
    ["host", host],
    ["latecomer", late],
  ] as const) {
    note(`a ${who}'s secret after the end`, await logsIn(seat));
    note(`a ${who}'s resume cookie after the end`, await resumes(place.origin, seat.cookies));
  }
  const problems = await scene.check({ attackers: new Set(), maySpeak: false });
  return [...outcomes, allTogether(problems)];
}

async function listen(seat: Seat): Promise<RawNats> {
  const raw = await seat.connect();
  const { sid, pid, inbox } = seat;
  for (const subject of [`${inbox}.r.>`, `${inbox}.s`, `${inbox}.d`, `m.${sid}.to.${pid}.>`]) raw.subscribe(subject);
  return raw;
}

async function staysOpen(raw: RawNats): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(() => resolve(`still open after ${closedMs / 1000} s`), closedMs);
  const outcome = await Promise.race([raw.gone.then(() => null), promise]);
  clearTimeout(timer);
  return outcome;
}

function heard(raw: RawNats, since: number): string | null {
  const subjects = raw.messages.slice(since).map(({ subject }) => subject);
  return subjects.length === 0 ? null : `heard ${subjects.join(", ")}`;
}

async function logsIn(seat: Seat): Promise<string | null> {
  try {
    const raw = await seat.connect();
    await raw[Symbol.asyncDispose]();
    return "logged in";
  } catch (error) {
    if (error instanceof ConnectionGone) return null;
    throw error;
  }
}

async function resumes(origin: string, cookies: CookieJar): Promise<string | null> {
  try {
    await new SottoApi(origin, { fetch: cookies.fetch }).join({ senderNonce: newSenderNonce() }, {});
    return "joined again";
  } catch (error) {
    const refusals = ["resume_invalid", "session_ended", "token_missing", "removed", "room_not_found"];
    if (error instanceof SottoError && refusals.includes(error.code)) return null;
    throw error;
  }
}
