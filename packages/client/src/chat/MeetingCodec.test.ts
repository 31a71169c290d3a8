import { setImmediate } from "node:timers/promises";
import { SessionKeys } from "@sotto/e2ee";
import { expect, onTestFinished, test } from "vitest";
import { EpochKeeper } from "../encryption/EpochKeeper.ts";
import { SottoError } from "../SottoError.ts";
import { MeetingCodec } from "./MeetingCodec.ts";
import { encryptedCodec, plainCodec } from "./MessageCodec.ts";

const sessionId = "AAAAAAAAAAAAAAAAAAAAAA";
const alice = "p_AAAAAAAAAAAAAAAA";
const bob = "p_BBBBBBBBBBBBBBBB";

function keysOf(participantId: string, ...epochs: number[]): Promise<SessionKeys> {
  return SessionKeys.forServerKey({
    sessionId,
    root: new Uint8Array(32),
    epochs: epochs.map((epoch) => ({ epoch, secret: new Uint8Array(32).fill(epoch) })),
    self: { participantId, senderNonce: crypto.getRandomValues(new Uint8Array(16)) },
  });
}

/** A seat that has the keys of these epochs and cannot ask for others. */
async function seat(...epochs: number[]) {
  const keys = await keysOf(alice, ...epochs);
  const keeper = new EpochKeeper(keys);
  /** Media is disconnected in between. */
  const giveUp = async () => {
    keeper.dispose();
    await setImmediate();
    keys.dispose();
  };
  onTestFinished(giveUp);
  return { codec: encryptedCodec(keys, (epoch) => keeper.obtain(epoch)), giveUp };
}

async function said(text: string, epoch: number): Promise<Uint8Array> {
  return (await keysOf(bob, epoch)).sealMessage({ channel: "chat", to: "", body: new TextEncoder().encode(text) });
}

const textOf = ({ body }: { body: Uint8Array }) => new TextDecoder().decode(body);

test("what waits for its key when the seat is given up opens under the first seat that lasts", async () => {
  const [first, second, third] = [await seat(0), await seat(0), await seat(0, 1)];
  const codec = new MeetingCodec(first.codec);
  const opening = codec.open(bob, "chat", "", await said("hi", 1));
  await first.giveUp();
  codec.takeSeat(second.codec);
  await second.giveUp();
  const later = codec.open(bob, "chat", "", await said("again", 0));
  codec.takeSeat(third.codec);
  expect((await Promise.all([opening, later])).map(textOf)).toEqual(["hi", "again"]);
});

test("nothing waits beyond the meeting", async () => {
  const { codec: last, giveUp } = await seat(0);
  const codec = new MeetingCodec(last);
  const [early, late] = [await said("hi", 1), await said("hi", 0)];
  const codeOf = (wire: Uint8Array) =>
    codec.open(bob, "chat", "", wire).catch((error: unknown) => SottoError.from(error).code);
  const opening = codeOf(early);
  await giveUp();
  codec.end();
  expect([await opening, await codeOf(late)]).toEqual(["not_connected", "not_connected"]);
});

test("what does not open under the keys of a seat is refused at once", async () => {
  const codec = new MeetingCodec((await seat(0)).codec);
  const forged = (await said("hi", 0)).fill(0, 60);
  await expect(codec.open(bob, "chat", "", forged)).rejects.toMatchObject({ code: "not_authentic" });
  codec.takeSeat(plainCodec);
  expect(codec.seat).toBe(plainCodec);
});
