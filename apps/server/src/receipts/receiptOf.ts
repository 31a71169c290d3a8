import {
  e2eeModelOf,
  joiningServices,
  receiptLimits,
  receiptRemainders,
  type E2eeModel,
  type JoiningService,
  type Receipt,
  type ReceiptAbsence,
  type ReceiptPart,
  type ReceiptRemainder,
} from "@sotto/protocol";
import { roomName } from "../clients/roomScope.ts";
import type { EndingSession } from "../sessions/EndingSession.ts";
import type { WipeCheck } from "../sessions/endSession.ts";
import type { RoomRecord } from "../sessions/RoomRecord.ts";
import { statementOf } from "./statementOf.ts";
import type { Stock } from "./Stock.ts";

type Place = Pick<Receipt["parts"][number], "store" | "medium">;

const natsMemory = { store: "nats-server", medium: "memory" } as const;

/** Where each part lies while a session lasts. The stores' own options make it so; proof P4 looks. */
const places: Record<ReceiptPart, Place> = {
  people: natsMemory,
  messages: natsMemory,
  private_messages: natsMemory,
  files: { store: "files", medium: "disk" },
  file_list: natsMemory,
  keys: natsMemory,
  opening: natsMemory,
  activity: natsMemory,
  media_room: { store: "livekit-server", medium: "memory" },
  connections: natsMemory,
};

/** Parts that nats-server keeps in as many copies as are configured. */
const replicated: readonly ReceiptPart[] = [
  "people",
  "messages",
  "private_messages",
  "file_list",
  "keys",
  "opening",
  "activity",
];

/** What the server does not have, or does not write down; all of it in a meeting that nothing recorded or transcribed. */
const neverHeld: Record<E2eeModel, ReceiptAbsence[]> = {
  none: ["server_key", "stored_media", "recording", "transcript", "analytics"],
  server: ["stored_media", "recording", "transcript", "analytics"],
  passphrase: ["server_key", "passphrase", "stored_media", "recording", "transcript", "analytics"],
};

/** What a service leaves that could see and hear a session, however little it made of it. */
const leftBy: Record<JoiningService, { held: ReceiptAbsence[]; stays: ReceiptRemainder }> = {
  recording: { held: ["stored_media", "recording"], stays: "recording" },
  transcription: { held: ["transcript"], stays: "transcript" },
};

export interface ReceiptFacts {
  room: RoomRecord;
  ending: EndingSession;
  stock: Stock;
  check: WipeCheck;
  /** Copies of the meetings' state in the cluster. */
  replicas: number;
  /** Whether somebody is told of the room by webhooks. */
  hasWebhooks: boolean;
  signedWith: string;
  now: number;
}

/** The receipt of a session that is over. */
export function receiptOf(facts: ReceiptFacts): Receipt {
  const { room, ending, stock, check, replicas, hasWebhooks, signedWith, now } = facts;
  const keyModel = e2eeModelOf(room.features);
  const { enable_analytics: hasAnalytics } = room.features;
  const { at, ...counted } = stock;
  // A room's services are those of its newest session; one with a passphrase, which alone is replaced, has none.
  const used = joiningServices.filter((service) => room.servicesUsed.includes(service));
  const unused = joiningServices.filter((service) => !used.includes(service));
  const held = used.flatMap((service) => leftBy[service].held);
  const receipt: Omit<Receipt, "statement"> = {
    type: "sotto.data-receipt",
    version: 1,
    issuedAt: iso(now),
    signedWith,
    meeting: {
      roomId: roomName(room.roomId),
      sessionId: ending.sessionId,
      openedAt: iso(ending.openedAt),
      beganAt: iso(ending.beganAt),
      endedAt: iso(ending.endedAt),
      endReason: ending.reason,
      keyModel,
    },
    counted: { at: iso(at), ...counted },
    losses: ending.losses.map(iso),
    neverHeld: neverHeld[keyModel].filter((each) => !held.includes(each) && (each !== "analytics" || !hasAnalytics)),
    result: check.parts.every(({ result }) => result === "gone") ? "gone" : "left",
    attempts: check.attempts,
    parts: check.parts.map(({ part, result, checkedAt }) => ({
      part,
      ...places[part],
      copies: replicated.includes(part) ? replicas : 1,
      result,
      checkedAt: iso(checkedAt),
    })),
    stays: receiptRemainders.filter(
      (each) =>
        (each !== "webhooks" || hasWebhooks) &&
        (each !== "analytics" || hasAnalytics) &&
        !unused.some((service) => leftBy[service].stays === each),
    ),
    cannotKnow: [...receiptLimits],
  };
  return { ...receipt, statement: statementOf(receipt) };
}

function iso(unixMs: number): string {
  return new Date(unixMs).toISOString();
}
