import type { ConnectionPart, Meeting } from "@sotto/client";
import { useEffect, useState } from "react";

export interface Return {
  awayMs: number;
  parts: readonly ConnectionPart[];
  messages: number;
  lost: boolean;
}

/** What was hardly noticed need not be spoken of. */
const noticeableMs = 3_000;
/** What came meanwhile is here by then. */
const catchUpMs = 1_000;
const shownForMs = 9_000;

/** For some seconds after the meeting was away: how long that was and what came meanwhile; else null. */
export function useReturn(meeting: Meeting): Return | null {
  const [shown, setShown] = useState<Return | null>(null);
  useEffect(() => {
    let away: { since: number; parts: Set<ConnectionPart>; messages: number; losses: number } | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const follow = () => {
      const state = meeting.connection.get();
      if (state.status === "reconnecting") {
        clearTimeout(timer);
        setShown(null);
        away ??= {
          since: state.since,
          parts: new Set(),
          messages: countMessages(meeting),
          losses: meeting.lostMessages.get().length,
        };
        for (const part of state.parts) away.parts.add(part);
        return;
      }
      if (away === null || state.status !== "connected") return;
      const { since, parts, messages, losses } = away;
      away = null;
      const awayMs = Date.now() - since;
      if (awayMs < noticeableMs) return;
      timer = setTimeout(() => {
        setShown({
          awayMs,
          parts: [...parts],
          messages: countMessages(meeting) - messages,
          lost: meeting.lostMessages.get().length > losses,
        });
        timer = setTimeout(() => setShown(null), shownForMs);
      }, catchUpMs);
    };
    follow();
    const stop = meeting.connection.subscribe(follow);
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [meeting]);
  return shown;
}

/** Of others, in all conversations. */
function countMessages({ chat, privateChats }: Meeting): number {
  const all = [chat, ...privateChats.get().map((each) => each.chat)].flatMap(({ messages }) => messages.get());
  return all.filter(({ isLocal }) => !isLocal).length;
}
