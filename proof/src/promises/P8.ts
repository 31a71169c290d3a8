import { randomUUID } from "node:crypto";
import { Meeting, SottoError } from "@sotto/client";
import type { ManagementApi } from "@sotto/dev-env";
import type { Finding } from "../Ledger.ts";
import { defineProof } from "../Proof.ts";
import { createRoom, join, newToken, resign } from "../rooms.ts";

const simultaneous = 100;
const rounds = 3;

/** A join token works once, also where it is used everywhere at once, and not for long. */
export const p8 = defineProof({
  promise: "P8",
  title: "join tokens work once and expire soon",
  needs: ["integrator"],
  async carryOut({ origin, access }, ledger) {
    const { management, apiSecret } = access.integrator;
    const race = `${simultaneous} uses of a token at once, ${rounds} times`;
    await ledger.part(`${race}, on one node`, [], access, () => raceOn([origin], management));
    await ledger.part(`${race}, on two nodes`, ["secondNode"], access, ({ secondNode }) =>
      raceOn([origin, secondNode], management),
    );

    const roomId = await createRoom(management, { encrypted: true });
    const token = await newToken(management, roomId);
    const meeting = await Meeting.join({ origin, credential: { kind: "token", token }, media: null });
    await meeting.leave();
    const afterLeave = await tryToken(origin, token);
    ledger.note("used again after its holder left", afterLeave === "token_used", afterLeave);

    const second = await newToken(management, roomId);
    const first = await tryToken(origin, second);
    await management.demand("/room/endRoom", { room_id: roomId });
    await createRoom(management, { roomId, encrypted: true });
    const afterEnd = [await tryToken(origin, token), await tryToken(origin, second)];
    const refused = first === "joined" && afterEnd.every((outcome) => outcome === "token_used");
    ledger.note("used again after the room was ended and opened anew", refused, tally(afterEnd));

    const now = Math.floor(Date.now() / 1000);
    const unused = await newToken(management, roomId);
    const fresh = await tryToken(origin, resign(unused, apiSecret, { jti: randomUUID(), nbf: now, exp: now + 60 }));
    ledger.noteControl("a token that was signed here works", fresh === "joined", fresh);
    const expired = await tryToken(origin, resign(unused, apiSecret, { jti: randomUUID(), nbf: now, exp: now - 60 }));
    ledger.note("used for the first time after it expired", expired === "token_expired", expired);
    const lifetimeSeconds = lifetimeOf(unused);
    ledger.note("how long a token lives", lifetimeSeconds <= 600, `${lifetimeSeconds} s`);
    await management.demand("/room/endRoom", { room_id: roomId });
  },
});

/** The first race is also the first join of its session; the others run into a session that is there. */
async function raceOn(origins: readonly string[], management: ManagementApi): Promise<Finding> {
  const roomId = await createRoom(management, { encrypted: true });
  const outcomes: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const token = await newToken(management, roomId);
    const uses = Array.from({ length: simultaneous }, (_, index) =>
      tryToken(origins[index % origins.length] ?? "", token),
    );
    outcomes.push(tally(await Promise.all(uses)));
  }
  await management.demand("/room/endRoom", { room_id: roomId });
  return { holds: outcomes.every((outcome) => outcome === oneWinner), evidence: outcomes.join("; ") };
}

const oneWinner = tally(["joined", ...Array<string>(simultaneous - 1).fill("token_used")]);

/** What came of one use of a token: `joined`, or the code of the refusal. */
async function tryToken(origin: string, token: string): Promise<string> {
  try {
    await join(origin, token);
    return "joined";
  } catch (error) {
    if (error instanceof SottoError) return error.code;
    throw error;
  }
}

/** `1 joined, 99 token_used` */
function tally(outcomes: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const outcome of outcomes.toSorted()) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(", ");
}

function lifetimeOf(token: string): number {
  const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Record<string, number>;
  return (claims["exp"] ?? Infinity) - (claims["nbf"] ?? 0);
}
