import { CircleAlert } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { mayPass, problemWords, type ProblemCode } from "./ProblemCode.ts";

export interface ProblemProps {
  code: ProblemCode;
  onRetry: () => void;
  onHome: () => void;
}

/** Why it does not go on here, what to do about it, and a way on. */
export function Problem({ code, onRetry, onHome }: ProblemProps) {
  const { t } = useTranslation("problem");
  const words = problemWords[code];
  const hasOtherWay = mayPass(code) || code === "browser_unsupported";
  return (
    <Notice
      icon={<CircleAlert />}
      title={t(`${words}.title`)}
      actions={
        <>
          {mayPass(code) && (
            <Button variant="primary" size="l" onPress={onRetry}>
              {t("retry")}
            </Button>
          )}
          {code === "browser_unsupported" && <CopyAddress />}
          <Button variant={hasOtherWay ? "secondary" : "primary"} size="l" onPress={onHome}>
            {t("home")}
          </Button>
        </>
      }
    >
      {t(`${words}.text`)}
    </Notice>
  );
}

function CopyAddress() {
  const { t } = useTranslation("problem");
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(window.location.href);
    setCopied(true);
  };
  return (
    <Button variant="primary" size="l" onPress={() => void copy()}>
      {copied ? t("copied") : t("copy")}
    </Button>
  );
}
