import { useTranslation } from "react-i18next";
import { Spinner } from "../ui/Spinner.tsx";
import styles from "./Waiting.module.css";

/** The whole page while something loads. Appears a little later, so that fast answers do not flash. */
export function Waiting({ words = "loading" }: { words?: "loading" | "rejoining" }) {
  const { t } = useTranslation("app");
  return (
    <main className={styles.waiting}>
      <Spinner size="l" />
      <p role="status">{t(words)}</p>
    </main>
  );
}
