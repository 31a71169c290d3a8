import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { PanelName } from "../../features/controls/ControlBar.tsx";
import styles from "./MeetingLayout.module.css";
import { MeetingPanel } from "./MeetingPanel.tsx";
import { useMediaQuery } from "../../ui/useMediaQuery.ts";

export interface MeetingLayoutProps {
  title: string;
  protection: ReactNode;
  invite: ReactNode;
  notices: ReactNode;
  stage: ReactNode;
  /** Under the stage; null for nothing. */
  captions: ReactNode;
  controls: ReactNode;
  panel: PanelName | null;
  panelContent: ReactNode;
  onClosePanel: () => void;
}

/**
 * Where everything stands: the stage takes what the controls leave. A panel opens beside it; on a small screen it covers
 * everything else, which cannot be reached meanwhile.
 */
export function MeetingLayout(props: MeetingLayoutProps) {
  const { panel } = props;
  const { t } = useTranslation();
  const covers = useMediaQuery("(width < 48rem)") && panel !== null;
  return (
    <div className={styles.meeting} data-panel={panel ?? undefined}>
      <header className={styles.identity} inert={covers}>
        {props.protection}
        <h1 className={styles.title} dir="auto">
          {props.title}
        </h1>
      </header>
      <div className={styles.room}>
        <main className={styles.stage} inert={covers}>
          <div className={styles.pictures}>{props.stage}</div>
          {props.captions}
          <div className={styles.notices}>{props.notices}</div>
        </main>
        {panel !== null && (
          <MeetingPanel
            key={panel}
            title={t("title", { ns: panel })}
            onClose={props.onClosePanel}
            mayOpenKeyboard={!covers}
          >
            {props.panelContent}
          </MeetingPanel>
        )}
      </div>
      <footer className={styles.controls} inert={covers}>
        {props.controls}
      </footer>
      <div className={styles.invite} inert={covers}>
        {props.invite}
      </div>
    </div>
  );
}
