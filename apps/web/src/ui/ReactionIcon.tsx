import type { Reaction } from "@sotto/protocol";
import { Frown, Heart, Laugh, PartyPopper, ThumbsUp } from "lucide-react";
import { cx } from "./cx.ts";
import styles from "./ReactionIcon.module.css";

const icons = {
  thumbs_up: ThumbsUp,
  clap: PartyPopper,
  heart: Heart,
  laugh: Laugh,
  wow: Wow,
  sad: Frown,
} as const satisfies Record<Reaction, unknown>;

/** A reaction as a picture of ours, the same on every device. Decoration: its name is said beside it. */
export function ReactionIcon({ reaction }: { reaction: Reaction }) {
  const Icon = icons[reaction];
  return <Icon aria-hidden="true" className={cx(styles.icon, styles[reaction])} />;
}

/** A face with an open mouth, drawn like the others. */
function Wow({ className }: { className: string }) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      className={className}
    >
      <circle cx="12" cy="12" r="10" />
      <path d="M9 9h.01M15 9h.01" />
      <ellipse cx="12" cy="15.5" rx="2.25" ry="2.75" />
    </svg>
  );
}
