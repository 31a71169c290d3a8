import type { ParticipantInfo, SignalRequest, SignalResponse } from "@livekit/protocol";
import type { DeceivedPage } from "./DeceivedPage.ts";

/** What a {@link MaliciousSfu} changes, in place, of what passes through it. */
export interface Lies {
  /** Answers 404 to `/rtc/v1`, which makes LiveKit's client fall back to two peer connections. */
  readonly deniesV1?: boolean;
  readonly toPage?: (said: SignalResponse, page: DeceivedPage) => void;
  readonly toSfu?: (said: SignalRequest, page: DeceivedPage) => void;
}

/** Everybody but the page itself that a message tells of. */
export function othersIn({ message }: SignalResponse, page: DeceivedPage): ParticipantInfo[] {
  const told =
    message.case === "join"
      ? message.value.otherParticipants
      : message.case === "update"
        ? message.value.participants
        : [];
  return told.filter(({ identity }) => identity !== page.identity);
}

/** Lies about others, wherever they are told of. */
export function lieAboutOthers(change: (others: ParticipantInfo[], page: DeceivedPage) => void): Lies {
  return { toPage: (said, page) => change(othersIn(said, page), page) };
}
