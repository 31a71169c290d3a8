import type { LostInterval } from "../../connection/Deliveries.ts";
import type { FuzzedMeeting } from "./FuzzedMeeting.ts";
import type { FuzzedPerson, SentMessage } from "./FuzzedPerson.ts";

/** Who comes while an epoch is being staged has the new one only; others still send under the one before. */
const stagingMs = 2_500;
/** Clocks are read on both sides of a connection. */
const toleranceMs = 1_000;

/**
 * What is wrong with a meeting that has come to rest, in words; nothing as it should be. After a loss of nats-server
 * messages may be missing, where the page says so.
 */
export function findFaults(meeting: FuzzedMeeting, natsWasLost: boolean): string[] {
  const { people } = meeting;
  const [witness] = people;
  if (!witness) return ["nobody is there"];
  const order = textsOf(witness);
  const ids = people.map(({ id }) => id).toSorted();
  return people.flatMap((person) => [
    ...rosterFaults(person, ids),
    ...doubleFaults(person),
    ...missingFaults(person, meeting),
    ...(natsWasLost ? [] : orderFaults(person, order)),
    ...(natsWasLost || person.meeting.lostMessages.get().length === 0 ? [] : [`${person.name} is told of a loss`]),
  ]);
}

function textsOf({ meeting }: FuzzedPerson): string[] {
  return meeting.chat.messages.get().map(({ text }) => text);
}

/** Every message of every conversation. */
function allTextsOf(person: FuzzedPerson): string[] {
  const { privateChats } = person.meeting;
  return [...textsOf(person), ...privateChats.get().flatMap(({ chat }) => chat.messages.get().map(({ text }) => text))];
}

function rosterFaults({ name, meeting }: FuzzedPerson, ids: string[]): string[] {
  const seen = meeting.participants.get().map(({ participantId }) => participantId);
  const same = JSON.stringify(seen.toSorted()) === JSON.stringify(ids);
  return same ? [] : [`${name} sees ${seen.join(", ")} instead of ${ids.join(", ")}`];
}

function doubleFaults(person: FuzzedPerson): string[] {
  const texts = allTextsOf(person);
  return texts.filter((text, index) => texts.indexOf(text) < index).map((text) => `${person.name} has ${text} twice`);
}

/**
 * Whatever the server had, and was sent after somebody came, is there, in private too; or its absence was announced. Who
 * comes later may have got some that were sealed under an epoch before theirs, and counts them; nobody was here before the
 * witness.
 */
function missingFaults(person: FuzzedPerson, { people, sent, isEncrypted }: FuzzedMeeting): string[] {
  const texts = new Set(allTextsOf(person));
  const isTheirs = ({ from, to }: SentMessage) => to === null || to === person.id || from === person.id;
  const missing = sent.filter(
    (message) =>
      message.storedAt !== null &&
      message.calledAt > person.joinedAt &&
      isTheirs(message) &&
      !texts.has(message.text) &&
      !isAnnounced(message, person.meeting.lostMessages.get()),
  );
  const unreadable = unreadableOf(person);
  const mayBeEarlier = isEncrypted && person !== people[0];
  const earlier = missing.filter(({ calledAt }) => mayBeEarlier && calledAt <= person.joinedAt + stagingMs);
  const excused = new Set(earlier.length <= unreadable ? earlier : []);
  const { epoch = null } = person.meeting.encryption.get() ?? {};
  return missing
    .filter((message) => !excused.has(message))
    .map(
      ({ text, to }) =>
        `${person.name} misses ${text}${to === null ? "" : " (private)"} (${unreadable} unreadable, epoch ${epoch})`,
    );
}

/** In every conversation. */
function unreadableOf({ meeting }: FuzzedPerson): number {
  const chats = [meeting.chat, ...meeting.privateChats.get().map(({ chat }) => chat)];
  return chats.reduce((sum, { undecryptable }) => sum + undecryptable.get(), 0);
}

function isAnnounced({ calledAt, storedAt }: SentMessage, lost: readonly LostInterval[]): boolean {
  return lost.some(({ since, until }) => (storedAt ?? 0) >= since - toleranceMs && calledAt <= until + toleranceMs);
}

/** The history of who came later is the end of the witness's. */
function orderFaults(person: FuzzedPerson, order: readonly string[]): string[] {
  const own = textsOf(person);
  const unreadable = person.meeting.chat.undecryptable.get();
  const expected = order.slice(order.indexOf(own[0] ?? ""));
  const common = expected.filter((text) => own.includes(text));
  if (expected.length - common.length > unreadable || JSON.stringify(own) !== JSON.stringify(common)) {
    return [`${person.name} has ${own.join(" ")} instead of ${expected.join(" ")} (${unreadable} unreadable)`];
  }
  return [];
}
