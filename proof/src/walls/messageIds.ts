import { randomBytes } from "node:crypto";
import { sealedBody, sealedBodyTo } from "./Attempt.ts";
import { allTogether, type Attackers, type Outcome } from "./attack.ts";
import type { Scene } from "./Scene.ts";
import type { CallOutcome } from "./Seat.ts";

/** Using up the ids under which others are about to send, so that their messages would be taken for repetitions. */
export async function poisonMessageIds(scene: Scene, attackers: Attackers): Promise<Outcome[]> {
  const { seat, raw, target } = await attackers.connection();
  const { witness } = scene;
  const outcomes: Outcome[] = [];
  const toFriend = (id: Uint8Array) => sealedBodyTo(target.friend.pid, target, id);

  const publicId = randomBytes(16);
  await seat.call(raw, "pub-chat", sealedBody(target, publicId));
  const ownPublic = await witness.call("pub-chat", sealedBody({ ...target, marker: "own" }, publicId));
  outcomes.push({ attempt: "the id of a message to everybody", achieved: swallowed(ownPublic) });

  const privateId = randomBytes(16);
  await seat.call(raw, "pub-private", toFriend(privateId));
  const ownPrivate = await witness.call("pub-private", toFriend(privateId));
  outcomes.push({ attempt: "the id of a private message to the same person", achieved: swallowed(ownPrivate) });

  const crossId = randomBytes(16);
  await seat.call(raw, "pub-private", toFriend(crossId));
  const ownCross = await witness.call("pub-chat", sealedBody({ ...target, marker: "own" }, crossId));
  outcomes.push({ attempt: "an id used in private before", achieved: swallowed(ownCross) });

  const repeated = randomBytes(16);
  await witness.call("pub-chat", sealedBody({ ...target, marker: "own" }, repeated));
  const copied = await seat.call(raw, "pub-chat", sealedBody(target, repeated));
  outcomes.push({ attempt: "a message of the victim's id as one's own", achieved: swallowed(copied) });

  const problems = await scene.check({ attackers: attackers.ids, maySpeak: true });
  return [...outcomes, allTogether(problems)];
}

/** Null where the message was stored as a new one. */
function swallowed(outcome: CallOutcome): string | null {
  if (!outcome.ok) return `refused: ${outcome.code}`;
  return (outcome.result as { duplicate?: unknown }).duplicate === false ? null : "taken for a repetition";
}
