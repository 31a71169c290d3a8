import { ALargeSmall, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { VisuallyHidden } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../ui/IconButton.tsx";
import { Menu, MenuItem, MenuSection } from "../../ui/Menu.tsx";
import styles from "./CaptionBar.module.css";

export const captionSizes = ["small", "medium", "large"] as const;
export type CaptionSize = (typeof captionSizes)[number];

/** One caption with the name of who speaks. `isFinal`: its words do not change any more. */
export interface CaptionLine {
  id: string;
  name: string;
  text: string;
  isFinal: boolean;
}

export interface CaptionBarProps {
  /** The oldest first. */
  lines: readonly CaptionLine[];
  size: CaptionSize;
  onChooseSize: (size: CaptionSize) => void;
  onHide: () => void;
}

/**
 * What is being said, under the pictures: it covers nobody, and its height stays the same, so that nothing moves while
 * people talk. Screen readers hear a caption once its words are final.
 */
export function CaptionBar({ lines, size, onChooseSize, onHide }: CaptionBarProps) {
  const { t } = useTranslation("captions");
  const words = useRef<HTMLDivElement>(null);
  // The newest words are at the end; the beginning of a long caption leaves first.
  useEffect(() => {
    words.current?.scrollTo({ top: words.current.scrollHeight });
  });
  return (
    <section className={styles.bar} aria-label={t("title")} data-size={size}>
      <div className={styles.words} ref={words} aria-hidden="true">
        {lines.length === 0 && <p className={styles.waiting}>{t("waiting")}</p>}
        {lines.map(({ id, name, text, isFinal }) => (
          <p key={id} className={styles.line} data-final={isFinal || undefined}>
            <span className={styles.name} dir="auto">
              {name}
            </span>{" "}
            <span dir="auto">{text}</span>
          </p>
        ))}
      </div>
      <VisuallyHidden>
        <div role="log" aria-live="polite" aria-label={t("title")}>
          {lines
            .filter(({ isFinal }) => isFinal)
            .map(({ id, name, text }) => (
              <p key={id}>{t("line", { name, text })}</p>
            ))}
        </div>
      </VisuallyHidden>
      <div className={styles.actions}>
        <Menu
          label={t("options")}
          placement="top end"
          trigger={
            <IconButton label={t("options")} tone="stage">
              <ALargeSmall aria-hidden="true" />
            </IconButton>
          }
        >
          <MenuSection
            title={t("size.title")}
            selected={size}
            onSelect={(id) => onChooseSize(captionSizes.find((each) => each === id) ?? size)}
          >
            {captionSizes.map((each) => (
              <MenuItem key={each} id={each}>
                {t(`size.${each}`)}
              </MenuItem>
            ))}
          </MenuSection>
        </Menu>
        <IconButton label={t("hide")} tone="stage" onPress={onHide}>
          <X aria-hidden="true" />
        </IconButton>
      </div>
    </section>
  );
}
