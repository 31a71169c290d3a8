import { meantPassphrase } from "@sotto/client";
import type { LobbyAnswer } from "@sotto/protocol";
import { passphraseBits, weakBelowBits } from "./passphraseBits.ts";

/** What a person has typed so far. `repeated` and `acceptsWeak` are for who opens the meeting. */
export interface PassphraseDraft {
  readonly text: string;
  readonly repeated: string;
  readonly acceptsWeak: boolean;
}

/** What a person can do about the passphrase: open the meeting with one, give the opener's, or wait for somebody to open. */
export type PassphraseTask = "open" | "enter" | "wait";

export function passphraseTask({ openedBy, mayOpen }: NonNullable<LobbyAnswer["passphrase"]>): PassphraseTask {
  if (openedBy !== null) return "enter";
  return mayOpen ? "open" : "wait";
}

/** Why a draft cannot be used; null when it can. */
export type DraftIssue = "missing" | "unusable" | "differs" | "weak";

export function draftIssue({ text, repeated, acceptsWeak }: PassphraseDraft, task: PassphraseTask): DraftIssue | null {
  if (text.trim() === "") return "missing";
  const meant = meantPassphrase(text);
  if (meant === null) return "unusable";
  if (task !== "open") return null;
  if (meantPassphrase(repeated) !== meant) return "differs";
  return isWeak(text) && !acceptsWeak ? "weak" : null;
}

export function isWeak(text: string): boolean {
  return passphraseBits(text) < weakBelowBits;
}
