import type { Receipt } from "@sotto/protocol";
import { useTranslation } from "react-i18next";
import { formatBytes } from "../../ui/formatBytes.ts";
import styles from "./ReceiptView.module.css";

/** What the server held when the meeting ended. */
export function ReceiptFigures({ receipt }: { receipt: Receipt }) {
  const { t, i18n } = useTranslation("receipt");
  const { people, messages, privateMessages, files, keys } = receipt.counted;
  const number = (value: number) => new Intl.NumberFormat(i18n.language).format(value);
  const amount = (value: { count: number; bytes: number } | null) => {
    if (value === null) return t("uncounted");
    const { count, bytes } = value;
    return count === 0 ? t("none") : `${number(count)} (${formatBytes(bytes, i18n.language)})`;
  };
  const key = () => {
    const { keyModel } = receipt.meeting;
    if (keyModel !== "server") return t(`key.${keyModel}`);
    return keys === null ? t("uncounted") : t("key.server", { count: Math.max(0, keys.epochsBegun - 1) });
  };
  const figures = [
    ["people", people === null ? t("uncounted") : number(people)],
    ["messages", amount(messages)],
    ["privateMessages", amount(privateMessages)],
    ["files", amount(files)],
    ["key", key()],
  ] as const;
  return (
    <>
      <h3 className={styles.heading}>{t("held")}</h3>
      <dl className={styles.figures}>
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{t(`figure.${name}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
