import {
  askedEventSchema,
  captionsEventSchema,
  dismissedEventSchema,
  endedEventSchema,
  noticeEventSchema,
  participantEventSchema,
  receiptEventSchema,
  roomStateSchema,
  standingSchema,
  waitingEventSchema,
  type AskedEvent,
  type CaptionsEvent,
  type DismissedEvent,
  type EndReason,
  type NoticeEvent,
  type ParticipantEvent,
  type ReceiptEvent,
  type RoomState,
  type Standing,
  type WaitingEvent,
} from "@sotto/protocol";
import type { Schema } from "../Schema.ts";
import type { MessageHandlers } from "./MessageConnection.ts";

/** What the control plane tells us in a meeting. */
export interface ControlPlaneEvents {
  readonly participant: (event: ParticipantEvent) => void;
  readonly room: (state: RoomState) => void;
  readonly waiting: (event: WaitingEvent) => void;
  readonly standing: (standing: Standing) => void;
  readonly asked: (event: AskedEvent) => void;
  readonly captions: (event: CaptionsEvent) => void;
  readonly notice: (event: NoticeEvent) => void;
  /** For hosts: what opens the receipt of the session, which is about to end. */
  readonly receipt: (event: ReceiptEvent) => void;
  /** The session is over; null when the reason is one of a newer server. */
  readonly ended: (reason: EndReason | null) => void;
  /** We are out of it; null as above. */
  readonly dismissed: (reason: DismissedEvent["reason"] | null) => void;
}

/** Checks what arrives and hands it on. What is not understood comes from a newer server and changes nothing. */
export function controlPlaneEvents(
  events: ControlPlaneEvents,
): Pick<MessageHandlers, "onState" | "onHost" | "onDirect"> {
  // In a room without a list of people, hosts hear of others on their own subject, and everybody else of themself.
  const participant = (value: unknown) => read(participantEventSchema, value, events.participant);
  const notice = (value: unknown) => read(noticeEventSchema, value, events.notice);
  return {
    onState(kind, value) {
      if (kind === "participant") participant(value);
      if (kind === "room") read(roomStateSchema, value, events.room);
      if (kind === "captions") read(captionsEventSchema, value, events.captions);
      if (kind === "notice") notice(value);
      if (kind === "ended") events.ended(endedEventSchema.safeParse(value).data?.reason ?? null);
    },
    onHost(kind, value) {
      if (kind === "participant") participant(value);
      if (kind === "waiting") read(waitingEventSchema, value, events.waiting);
    },
    onDirect(kind, value) {
      if (kind === "participant") participant(value);
      if (kind === "standing") read(standingSchema, value, events.standing);
      if (kind === "asked") read(askedEventSchema, value, events.asked);
      if (kind === "notice") notice(value);
      if (kind === "receipt") read(receiptEventSchema, value, events.receipt);
      if (kind === "dismissed") events.dismissed(dismissedEventSchema.safeParse(value).data?.reason ?? null);
    },
  };
}

function read<T>(schema: Schema<T>, value: unknown, handler: (event: T) => void): void {
  const event = schema.safeParse(value);
  if (event.success) handler(event.data);
}
