import { splitMentions } from "@sotto/protocol";

/** Somebody who can be mentioned, under words that nobody else here has. */
export interface Mentionable {
  readonly participantId: string;
  readonly label: string;
}

/** Of two people with one name the later one gets a number: whom a text means must be clear where it is written. */
export function mentionLabels(
  people: readonly { readonly participantId: string; readonly name: string }[],
): Mentionable[] {
  const taken = new Set<string>();
  return people.map(({ participantId, name }) => {
    let label = name;
    for (let count = 2; taken.has(label.toLowerCase()); count++) label = `${name} (${count})`;
    taken.add(label.toLowerCase());
    return { participantId, label };
  });
}

const beforeMention = /[\p{L}\p{N}_@]$/u;
const afterMention = /^[\p{L}\p{N}_]/u;

/** What is sent for what was written: people by their ids instead of by their names. */
export function toWire(text: string, people: readonly Mentionable[]): string {
  const longestFirst = people.filter(({ label }) => label !== "").toSorted((a, b) => b.label.length - a.label.length);
  let wire = "";
  for (let index = 0; index < text.length;) {
    const rest = text.slice(index + 1);
    const meant =
      text[index] === "@" && !beforeMention.test(text.slice(0, index))
        ? longestFirst.find(({ label }) => rest.startsWith(label) && !afterMention.test(rest.slice(label.length)))
        : undefined;
    wire += meant ? `@${meant.participantId}` : text.charAt(index);
    index += meant ? meant.label.length + 1 : 1;
  }
  return wire;
}

/** What is written for what was sent; whoever has no label is called as `nameOf` says. */
export function toWords(
  wire: string,
  people: readonly Mentionable[],
  nameOf: (participantId: string) => string,
): string {
  return splitMentions(wire)
    .map((piece) => {
      if ("text" in piece) return piece.text;
      const label = people.find(({ participantId }) => participantId === piece.mentions)?.label;
      return `@${label ?? nameOf(piece.mentions)}`;
    })
    .join("");
}
