import { setTimeout as delay } from "node:timers/promises";
import { Meeting } from "@sotto/client";
import type { ManagementApi } from "@sotto/dev-env";
import type { Finding, Ledger } from "../Ledger.ts";
import { until } from "../meetings/meetings.ts";
import { canary, createRoom, newToken } from "../rooms.ts";
import { Member, type SealedMessage } from "./Member.ts";
import { epochOf, openWithAnySecret } from "./openWithAnySecret.ts";

/** What a departure may take to shut somebody out. */
const shutOutMs = 2_000;
const deliveryTimeoutMs = 5_000;

/**
 * Somebody leaves a room with a server-generated key and keeps every secret they were given. Two seconds later a chat
 * message of another person is sent; who stayed reads it, and none of the kept secrets opens it. Who joins after that
 * opens nothing from before.
 */
export async function leaveAndListen(origin: string, management: ManagementApi, ledger: Ledger): Promise<Finding> {
  const roomId = await createRoom(management, { encrypted: true });
  await using cleanUp = new AsyncDisposableStack();
  const newMember = async () => cleanUp.use(await Member.join(origin, management, roomId));
  const newPerson = async () => {
    const token = await newToken(management, roomId);
    return cleanUp.use(await Meeting.join({ origin, credential: { kind: "token", token }, media: null }));
  };
  const leaver = await newMember();
  const witness = await newMember();
  const earlier = await newMember();
  const [sender, reader] = [await newPerson(), await newPerson()];
  const { sessionId } = leaver;

  const send = async () => {
    const [text, already] = [canary("chat"), witness.messages.length];
    await sender.chat.send(text);
    await until("the message is delivered", deliveryTimeoutMs, async () => witness.messages.length > already);
    const message = witness.messages[already] as SealedMessage;
    const opens = ({ secrets }: Member) => openWithAnySecret(secrets, sessionId, message)?.includes(text) === true;
    return { text, message, epoch: epochOf(message), opens };
  };

  const first = await send();
  await earlier.leave();
  await delay(shutOutMs);
  const second = await send();
  ledger.noteControl(
    "before they leave, messages under the epoch of the join answer and under one given later open with their secrets",
    first.opens(leaver) && second.opens(leaver) && second.epoch > first.epoch,
    `epochs ${first.epoch} and ${second.epoch}, ${leaver.secrets.epochs.length} epoch secrets`,
  );

  await leaver.leave();
  await delay(shutOutMs);
  const third = await send();
  const kept = leaver.secrets.epochs.map(({ epoch }) => epoch);
  const evidence = `sent under epoch ${third.epoch}, kept are the secrets of ${kept.join(", ")}`;
  const holds = third.epoch > Math.max(...kept) && openWithAnySecret(leaver.secrets, sessionId, third.message) === null;

  await until("the message is read", deliveryTimeoutMs, async () =>
    reader.chat.messages.get().some(({ text }) => text === third.text),
  );
  ledger.noteControl("who stayed opens what the leaver does not", third.opens(witness), `epoch ${third.epoch}`);

  const joiner = await newMember();
  const given = joiner.secrets.epochs.map(({ epoch }) => epoch);
  const opened = [first, second].filter(
    ({ message }) => openWithAnySecret(joiner.secrets, sessionId, message) !== null,
  );
  ledger.note(
    "who joins after that gets none of the epochs before",
    opened.length === 0 && Math.min(...given) >= third.epoch,
    `given ${given.join(", ")}; ${opened.length} of 2 earlier messages opened`,
  );
  await management.demand("/room/endRoom", { room_id: roomId });
  return { holds, evidence };
}
