import type { ShownReaction } from "@sotto/client";
import { ReactionIcon } from "../../../ui/ReactionIcon.tsx";
import styles from "./TileReactions.module.css";

/** What a person reacted with in the last seconds, floating over their tile. Screen readers hear of it from the news. */
export function TileReactions({ reactions }: { reactions: readonly ShownReaction[] }) {
  return (
    <div className={styles.reactions} aria-hidden="true">
      {reactions.map(({ id, reaction }) => (
        <span key={id} className={styles.reaction} data-lane={id % 5} data-reaction={reaction}>
          <ReactionIcon reaction={reaction} />
        </span>
      ))}
    </div>
  );
}
