import type { ShownReaction } from "@sotto/client";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { StagePager } from "./StagePager.tsx";
import { stageLayout, type StageMode, type TileRect } from "./stageLayout.ts";
import { Tile } from "./Tile.tsx";
import type { StageModel, TileModel } from "./tileModels.ts";
import { useChanging } from "./useChanging.ts";
import { useElementSize } from "./useElementSize.ts";
import styles from "./Stage.module.css";

export interface StageProps {
  stage: StageModel;
  /** Everybody's reactions of the last seconds. */
  reactions: readonly ShownReaction[];
  /** Whether the meeting is end-to-end encrypted; it changes what a covered tile says. */
  encrypted: boolean;
  /** Laid over the own picture while nobody else is here. */
  invitation: ReactNode;
}

/**
 * The pictures of the meeting. Tiles stay mounted while the layout changes around them: they glide to their new place,
 * and no video is attached anew.
 */
export function Stage({ stage, reactions, encrypted, invitation }: StageProps) {
  const { t } = useTranslation("meeting");
  const [size, ref] = useElementSize();
  const resizing = useChanging(size, 100);
  const [pinnedId, setPinnedId] = useState<string | null>(null);
  const [wantedPage, setPage] = useState(0);
  const togglePin = (id: string) => setPinnedId((current) => (current === id ? null : id));

  const tiles = [...stage.screens, ...stage.people];
  const { mode, ordered } = arrange(stage, pinnedId);
  const { placed, page, pages } = stageLayout(size, mode, ordered.length, wantedPage);
  const rects = new Map(placed.map(({ index, rect }) => [ordered[index]?.id, rect]));
  const elsewhere = tiles.find((tile) => tile.speaking && !rects.has(tile.id));

  return (
    <div className={styles.stage}>
      <div ref={ref} className={styles.space}>
        {size.width > 0 && (
          <ul
            className={styles.tiles}
            aria-label={t("stage.label")}
            data-mode={mode}
            data-resizing={resizing || undefined}
          >
            {tiles.map((tile) => {
              const rect = rects.get(tile.id);
              if (!rect) return null;
              return (
                <Tile
                  key={tile.id}
                  tile={tile}
                  reactions={tile.kind === "person" ? reactions.filter(isOf(tile)) : []}
                  encrypted={encrypted}
                  pinned={tile.id === pinnedId}
                  onTogglePin={tiles.length > 2 || tile.id === pinnedId ? togglePin : undefined}
                  style={styleOf(rect)}
                />
              );
            })}
          </ul>
        )}
        {tiles.length === 1 && <div className={styles.invitation}>{invitation}</div>}
      </div>
      {pages > 1 && <StagePager page={page} pages={pages} onPage={setPage} speakingElsewhere={elsewhere?.name} />}
    </div>
  );
}

/**
 * What stands large is what somebody pinned here, else whom a host put into the spotlight (their screen, if they share
 * one), else the newest shared screen; two people see each other large. Nobody is put large before themself.
 */
function arrange({ people, screens }: StageModel, pinnedId: string | null): { mode: StageMode; ordered: TileModel[] } {
  const tiles = [...screens, ...people];
  const pinned = tiles.find(({ id }) => id === pinnedId);
  const large = pinned ?? tiles.find(({ inSpotlight, isLocal }) => inSpotlight && !isLocal) ?? screens[0];
  if (large) return { mode: "spotlight", ordered: [large, ...tiles.filter((tile) => tile !== large)] };
  const [first, second] = people;
  if (people.length === 2 && first?.isLocal && second) return { mode: "pair", ordered: [second, first] };
  return { mode: "grid", ordered: people };
}

function isOf(tile: TileModel): (reaction: ShownReaction) => boolean {
  return ({ participantId }) => participantId === tile.participantId;
}

function styleOf({ x, y, width, height }: TileRect): Record<`--${string}`, string> {
  return {
    "--tile-x": `${x}px`,
    "--tile-y": `${y}px`,
    "--tile-width": `${width}px`,
    "--tile-height": `${height}px`,
  };
}
