import { ChevronLeft, ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../../ui/IconButton.tsx";
import styles from "./StagePager.module.css";

interface StagePagerProps {
  page: number;
  pages: number;
  onPage: (page: number) => void;
  /** Name of somebody who speaks on another page. */
  speakingElsewhere: string | undefined;
}

/** Turns the pages of a stage with more people than fit. */
export function StagePager({ page, pages, onPage, speakingElsewhere }: StagePagerProps) {
  const { t } = useTranslation("meeting");
  return (
    <nav className={styles.pager} aria-label={t("stage.pages")}>
      <IconButton label={t("stage.previousPage")} isDisabled={page === 0} onPress={() => onPage(page - 1)}>
        <ChevronLeft aria-hidden="true" />
      </IconButton>
      <span className={styles.position}>{t("stage.page", { page: page + 1, pages })}</span>
      <IconButton label={t("stage.nextPage")} isDisabled={page === pages - 1} onPress={() => onPage(page + 1)}>
        <ChevronRight aria-hidden="true" />
      </IconButton>
      {speakingElsewhere !== undefined && (
        <span className={styles.elsewhere}>{t("stage.speakingElsewhere", { name: speakingElsewhere })}</span>
      )}
    </nav>
  );
}
