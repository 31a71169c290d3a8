import { useEffect, useRef, useState, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import type { Composing, Outcome } from "./Composing.ts";
import { completionAt, withEmoji, type Suggestion } from "./completion.ts";
import { toWire, toWords, type Mentionable } from "./mentionLabels.ts";

export interface ComposerOptions {
  field: RefObject<HTMLTextAreaElement | null>;
  composing: Composing;
  people: readonly Mentionable[];
  nameOf: (participantId: string) => string;
  onSubmit: (text: string) => Promise<Outcome>;
  onWrite: ((text: string) => void) | undefined;
  /** What was being answered or changed is not any more. */
  onEnd: () => void;
}

/** The text that is being written: its completions, and what becomes of it. */
export function useComposer({ field, composing, people, nameOf, onSubmit, onWrite, onEnd }: ComposerOptions) {
  const { t } = useTranslation("chat");
  const [text, setText] = useState("");
  const [caret, setCaret] = useState(0);
  const [chosen, setChosen] = useState(0);
  /** The completion that Escape closed, by where it begins. */
  const [dismissed, setDismissed] = useState<number | null>(null);
  const [problem, setProblem] = useState<Exclude<Outcome, "done"> | null>(null);
  /** Where the caret goes when the text was changed from here. */
  const nextCaret = useRef<number | null>(null);
  /** What was being written when an edit began. */
  const draft = useRef("");

  const found = completionAt(text, caret, { people, emojiName: (name) => t(`emoji.names.${name}`) });
  const completion = found && found.from !== dismissed ? found : null;

  useEffect(() => {
    if (nextCaret.current === null) return;
    field.current?.setSelectionRange(nextCaret.current, nextCaret.current);
    nextCaret.current = null;
  }, [field, text]);

  const write = (next: string, at: number) => {
    setText(next);
    setCaret(at);
    setChosen(0);
    setDismissed(null);
    onWrite?.(next.trim());
  };
  const writeAndPlace = (next: string, at: number) => {
    nextCaret.current = at;
    write(next, at);
    field.current?.focus();
  };

  const [before, setBefore] = useState(composing);
  if (before !== composing) {
    setBefore(composing);
    setProblem(null);
  }
  useEffect(() => {
    if (composing.kind === "edit") {
      const { message } = composing;
      const words = toWords(message.text, people, (id) => message.mentions[id] ?? nameOf(id));
      draft.current = field.current?.value ?? "";
      setText(words);
      setCaret(words.length);
      nextCaret.current = words.length;
    }
    if (composing.kind !== "new") field.current?.focus();
    // Only when something else is being written: the people here may change meanwhile.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [composing]);

  const end = () => {
    if (composing.kind === "edit") {
      setText(draft.current);
      setCaret(draft.current.length);
    }
    onEnd();
  };

  const submit = async () => {
    const written = text;
    if (written.trim() === "") return;
    const isEdit = composing.kind === "edit";
    setProblem(null);
    const mentionable = isEdit ? withMentioned(people, composing.message.mentions) : people;
    const submitted = onSubmit(toWire(written.trim(), mentionable));
    if (!isEdit) write("", 0);
    const outcome = await submitted;
    if (outcome === "done") return end();
    setProblem(outcome);
    // What was written meanwhile stays behind it.
    if (!isEdit) setText((now) => (now === "" ? written : `${written}\n${now}`));
  };

  return {
    text,
    completion,
    chosen: Math.min(chosen, (completion?.suggestions.length ?? 1) - 1),
    setChosen,
    problem,
    isEmpty: text.trim() === "",
    submit: () => void submit(),
    end,
    dismiss: () => setDismissed(completion?.from ?? null),
    noteCaret: (at: number) => setCaret(at),
    onChange: (next: string, at: number) => {
      const emoji = withEmoji(next, at);
      if (emoji) writeAndPlace(emoji.text, emoji.caret);
      else write(next, at);
    },
    complete: (suggestion: Suggestion) => {
      if (!completion) return;
      const start = text.slice(0, completion.from) + suggestion.insert;
      writeAndPlace(start + text.slice(caret), start.length);
    },
    insert: (piece: string) => writeAndPlace(text.slice(0, caret) + piece + text.slice(caret), caret + piece.length),
  };
}

/** Whoever a message mentions can be mentioned in its next version, here or not. */
function withMentioned(people: readonly Mentionable[], mentions: Readonly<Record<string, string>>): Mentionable[] {
  const gone = Object.entries(mentions).filter(([id]) => !people.some(({ participantId }) => participantId === id));
  return [...people, ...gone.map(([participantId, label]) => ({ participantId, label }))];
}
