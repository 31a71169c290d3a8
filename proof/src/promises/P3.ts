import { randomBytes } from "node:crypto";
import { E2eeError, passphraseRoot, type SessionKeys } from "@sotto/e2ee";
import { CookieJar, type ManagementApi } from "@sotto/dev-env";
import type { OpenSessionRequest } from "@sotto/protocol";
import {
  checkBySpecification,
  rootBySpecification,
  type SenderInput,
  type SessionInput,
} from "../keys/keysBySpecification.ts";
import { keysInUse, openSession } from "../keys/keysInUse.ts";
import { defineProof } from "../Proof.ts";
import { createRoom, join, newRoomId, newToken } from "../rooms.ts";
import { secretsOf } from "../search/secretsOf.ts";

/** Every key of a session depends on its id, which no other session has. */
export const p3 = defineProof({
  promise: "P3",
  title: "no key of one session is a key of another one",
  needs: ["integrator"],
  async carryOut({ origin, access }, ledger) {
    const { management } = access.integrator;
    const roomId = newRoomId();
    const first = await holdSession(origin, management, roomId);
    const second = await holdSession(origin, management, roomId);
    const random = [first, second].flatMap(({ sessionId, root, epochSecret }) => [
      sessionId,
      root.toString("hex"),
      epochSecret?.toString("hex"),
    ]);
    const distinct = new Set(random).size;
    ledger.note(
      "the same room, twice: session id, root, epoch secret",
      distinct === random.length,
      `${distinct} different of ${random.length}`,
    );

    // Everything else the same, so that only the session can make a difference.
    const self: SenderInput = { participantId: "p_AAAAAAAAAAAAAAAA", senderNonce: randomBytes(16) };
    const keys = await keysInUse(first, self);
    const again = await keysInUse(first, self);
    const repeated = [...keys].filter(([name, key]) => again.get(name) === key).length;
    ledger.noteControl(
      "the keys of a session are the specification's, and the same each time",
      repeated === keys.size,
      `${repeated} of ${keys.size} (${[...keys.keys()].join(", ")})`,
    );

    await ledger.part("the same room, twice: every derived key", [], access, () => compare(first, second, self));
    const sameRoot = { ...first, sessionId: second.sessionId };
    await ledger.part("the same root and epoch secret, another session id", [], access, () =>
      compare(first, sameRoot, self),
    );
    await ledger.part("one passphrase, the same room twice", [], access, async () => {
      const passphraseRoom = newRoomId();
      const one = await holdPassphraseSession(origin, management, passphraseRoom, randomBytes(16));
      const other = await holdPassphraseSession(origin, management, passphraseRoom, randomBytes(16));
      return compare(one, other, self);
    });
    await ledger.part("one passphrase and one salt of the opener's, the same room twice", [], access, async () => {
      const [passphraseRoom, openerSalt] = [newRoomId(), randomBytes(16)];
      const one = await holdPassphraseSession(origin, management, passphraseRoom, openerSalt);
      const other = await holdPassphraseSession(origin, management, passphraseRoom, openerSalt);
      return compare(one, other, self);
    });
    await ledger.part("a message of the one session, opened in the other", [], access, async () => {
      const [own, outcome] = [await openAcross(first, first, self), await openAcross(first, sameRoot, self)];
      ledger.noteControl("opened in its own session", own === "opened", own);
      return { holds: outcome === "not_authentic", evidence: outcome };
    });
  },
});

/** Somebody joins the room's session and gets its secrets; then the session is ended. */
async function holdSession(origin: string, management: ManagementApi, roomId: string): Promise<SessionInput> {
  await createRoom(management, { roomId, encrypted: true });
  const answer = await join(origin, await newToken(management, roomId));
  const { root, epochs } = secretsOf(answer);
  await management.demand("/room/endRoom", { room_id: roomId });
  const [newest] = epochs.slice(-1);
  if (newest === undefined) throw new Error("a session has an epoch");
  return { sessionId: answer.sessionId, root, epoch: newest.epoch, epochSecret: newest.secret };
}

const passphrase = "correct horse battery staple";

/** Somebody opens the room's session with the passphrase; then the session is ended. The root is the product's. */
async function holdPassphraseSession(
  origin: string,
  management: ManagementApi,
  roomId: string,
  openerSalt: Buffer,
): Promise<SessionInput> {
  await createRoom(management, { roomId, encrypted: true, passphrase: true });
  const cookies = new CookieJar();
  const { sessionId, participantId } = await join(
    origin,
    await newToken(management, roomId, { isHost: true }),
    cookies,
  );
  const root = Buffer.from(await passphraseRoot(passphrase, sessionId, openerSalt));
  const session = { sessionId, root, epoch: 0, epochSecret: null };
  if (!root.equals(rootBySpecification(passphrase, sessionId, openerSalt))) {
    throw new Error("the root is not the specification's");
  }
  const opening: OpenSessionRequest = {
    sessionId,
    participantId,
    openerSalt: openerSalt.toString("base64url"),
    check: checkBySpecification(session).toString("base64url"),
  };
  const response = await cookies.fetch(`${origin}/api/opening`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(opening),
  });
  if (!response.ok) throw new Error(`the session was not opened: ${await response.text()}`);
  await management.demand("/room/endRoom", { room_id: roomId });
  return session;
}

async function compare(one: SessionInput, other: SessionInput, self: SenderInput) {
  const keys = [...(await keysInUse(one, self)).values(), ...(await keysInUse(other, self)).values()];
  const distinct = new Set(keys).size;
  return { holds: distinct === keys.length, evidence: `${distinct} different of ${keys.length} keys` };
}

/** `opened`, or the code of the refusal. */
async function openAcross(from: SessionInput, into: SessionInput, self: SenderInput): Promise<string> {
  const sender: SessionKeys = await openSession(from, self);
  const wire = await sender.sealMessage({ channel: "chat", to: "", body: Buffer.from("across") });
  const receiver = await openSession(into, { ...self, senderNonce: randomBytes(16) });
  try {
    await receiver.openMessage({ from: self.participantId, channel: "chat", to: "", wire });
    return "opened";
  } catch (error) {
    if (error instanceof E2eeError) return error.code;
    throw error;
  }
}
