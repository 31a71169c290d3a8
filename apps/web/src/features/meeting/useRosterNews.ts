import type { Participant } from "@sotto/client";
import { useEffect, useRef, useState } from "react";

export interface RosterNews {
  joined: readonly string[];
  left: readonly string[];
  raised: readonly string[];
}

const nothing: RosterNews = { joined: [], left: [], raised: [] };

/** Names of the people who came, went and raised a hand with the last such change of the roster; nobody at first. */
export function useRosterNews(participants: readonly Participant[]): RosterNews {
  const [news, setNews] = useState(nothing);
  const known = useRef(participants);
  useEffect(() => {
    const change = compareRosters(known.current, participants);
    known.current = participants;
    if (change.joined.length + change.left.length + change.raised.length > 0) setNews(change);
  }, [participants]);
  return news;
}

export function compareRosters(before: readonly Participant[], after: readonly Participant[]): RosterNews {
  const missingFrom = (roster: readonly Participant[]) => (person: Participant) =>
    !person.isLocal && !roster.some(({ participantId }) => participantId === person.participantId);
  return {
    joined: after.filter(missingFrom(before)).map(({ name }) => name),
    left: before.filter(missingFrom(after)).map(({ name }) => name),
    raised: after.filter(hasRaisedSince(before)).map(({ name }) => name),
  };
}

function hasRaisedSince(before: readonly Participant[]): (person: Participant) => boolean {
  const wasUp = new Set(before.filter(({ hand }) => hand !== null).map(({ participantId }) => participantId));
  return ({ participantId, hand, isLocal }) => !isLocal && hand !== null && !wasUp.has(participantId);
}
