import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Logo } from "../ui/Logo.tsx";
import { SettingsMenu } from "./SettingsMenu.tsx";
import styles from "./Shell.module.css";

/** The frame of every view outside of a meeting. */
export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation("app");
  return (
    <div className={styles.shell}>
      <header className={styles.header}>
        <a href="/" className={styles.home} aria-label={t("home")}>
          <Logo />
        </a>
        <SettingsMenu />
      </header>
      <main className={styles.main}>{children}</main>
    </div>
  );
}
