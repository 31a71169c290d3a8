import { useTranslation } from "react-i18next";
import { useNow } from "../connection/useNow.ts";

/** For how long the present keys have been in use, in words. */
export function KeyAge({ since }: { since: number }) {
  const { t, i18n } = useTranslation("meeting");
  const minutes = Math.floor((useNow() - since) / 60_000);
  if (minutes < 1) return t("protection.now.keysNew");
  const style = { style: "unit", unitDisplay: "long" } as const;
  const age =
    minutes < 60
      ? new Intl.NumberFormat(i18n.language, { ...style, unit: "minute" }).format(minutes)
      : new Intl.NumberFormat(i18n.language, { ...style, unit: "hour" }).format(Math.floor(minutes / 60));
  return t("protection.now.keysAge", { age });
}
