import { UserRound } from "lucide-react";
import { cx } from "./cx.ts";
import styles from "./Avatar.module.css";

export interface AvatarProps {
  name: string;
  /** Gives the colour; the participant id keeps two people of one name apart. Without it the name does. */
  seed?: string;
  size?: "s" | "m" | "l" | "xl";
}

const hues = 8;

/** A person without a picture: initials on a colour that stays theirs, or a figure while there is no name. Decoration; the name is written beside it. */
export function Avatar({ name, seed = name, size = "m" }: AvatarProps) {
  return (
    <span aria-hidden="true" className={cx(styles.avatar, styles[size], styles[`hue${hueOf(seed)}`])}>
      {initialsOf(name) || <UserRound />}
    </span>
  );
}

/** First letters of the first and last word; a letter is a grapheme, so that an emoji stays whole. */
function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return ends
    .map((word) => firstLetterOf(word ?? ""))
    .join("")
    .toLocaleUpperCase();
}

function firstLetterOf(word: string): string {
  const [first] = new Intl.Segmenter().segment(word);
  return first?.segment ?? "";
}

function hueOf(seed: string): number {
  let sum = 0;
  for (const letter of seed) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return sum % hues;
}
