import { historyKey, historyTag, openHistoryRecord, sealHistoryRecord, type HistoryRoot } from "@sotto/e2ee";
import type { ChatMessage } from "../chat/ChatMessage.ts";
import type { RecordRow, SeatRow } from "./HistoryDatabase.ts";

/** What a stay is recognised by. */
export interface SeatIdentity {
  readonly sessionId: string;
  readonly participantId: string;
  readonly roomId: string;
}

/**
 * A message as it is remembered. `peerId`: with whom it was, null for everybody. `order`: of messages of the same
 * millisecond, which came first.
 */
export interface RememberedMessage {
  readonly peerId: string | null;
  readonly message: ChatMessage;
  readonly order: number;
}

/** Tags and key of a stay, under one root. */
export interface SeatKeys {
  readonly rootId: string;
  readonly root: CryptoKey;
  readonly seat: string;
  readonly room: string;
  readonly key: CryptoKey;
}

/** The form of what is sealed here; what was stored in another is not recalled. */
const form = 1;

export async function seatKeys(root: HistoryRoot, identity: SeatIdentity): Promise<SeatKeys> {
  const seat = await historyTag(root.key, "seat", identity.sessionId, identity.participantId);
  const room = await historyTag(root.key, "room", identity.roomId);
  return { rootId: root.id, root: root.key, seat, room, key: await historyKey(root.key, seat) };
}

export async function sealSeat(
  keys: SeatKeys,
  identity: SeatIdentity,
  times: Pick<SeatRow, "lastAt" | "forgottenUntil">,
): Promise<SeatRow> {
  const { seat, room, rootId, key } = keys;
  const about = await sealHistoryRecord(key, { store: "seats", recordId: seat }, encode(identity));
  return { seat, room, rootId, about, ...times };
}

export async function openSeat(key: CryptoKey, { seat, about }: SeatRow): Promise<SeatIdentity> {
  return decode(await openHistoryRecord(key, { store: "seats", recordId: seat }, about)) as SeatIdentity;
}

export async function sealMessage({ root, seat, key }: SeatKeys, remembered: RememberedMessage): Promise<RecordRow> {
  const recordId = await historyTag(root, "record", seat, remembered.message.id);
  const sealed = await sealHistoryRecord(key, { store: `records/${seat}`, recordId }, encode(remembered));
  return { seat, recordId, sealed };
}

/** What can be opened of the rows, by the time of sending: a damaged one is nothing that anybody could mend. */
export async function openMessages(key: CryptoKey, rows: readonly RecordRow[]): Promise<RememberedMessage[]> {
  const opened = await Promise.allSettled(
    rows.map(async ({ seat, recordId, sealed }) =>
      decode(await openHistoryRecord(key, { store: `records/${seat}`, recordId }, sealed)),
    ),
  );
  return opened
    .flatMap((each) => (each.status === "fulfilled" ? (each.value as RememberedMessage) : []))
    .toSorted((a, b) => a.message.sentAt - b.message.sentAt || a.order - b.order);
}

function encode(content: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ form, content }));
}

function decode(bytes: Uint8Array): unknown {
  const stored = JSON.parse(new TextDecoder().decode(bytes)) as { form: number; content: unknown };
  if (stored.form !== form) throw new Error(`a record of form ${stored.form}`);
  return stored.content;
}
