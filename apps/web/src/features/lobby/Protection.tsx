import type { E2eeModel } from "@sotto/protocol";
import { Lock, LockKeyhole, LockOpen } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Banner } from "../../ui/Banner.tsx";

const looks = {
  none: { tone: "warning", icon: <LockOpen /> },
  server: { tone: "protected", icon: <Lock /> },
  passphrase: { tone: "protected", icon: <LockKeyhole /> },
} as const;

/** Who can listen in to a meeting of this model, in words that promise nothing more. */
export function Protection({ model }: { model: E2eeModel }) {
  const { t } = useTranslation("lobby");
  return (
    <Banner {...looks[model]} title={t(`protection.${model}.title`)}>
      {t(`protection.${model}.text`)}
    </Banner>
  );
}
