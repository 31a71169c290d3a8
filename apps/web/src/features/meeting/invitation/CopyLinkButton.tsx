import { Check, Link } from "lucide-react";
import { VisuallyHidden } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Button, type ButtonProps } from "../../../ui/Button.tsx";
import { useCopy } from "../../../ui/useCopy.ts";

interface CopyLinkButtonProps {
  link: string;
  variant?: NonNullable<ButtonProps["variant"]>;
}

/** Copies the meeting's link and says so, on the button and to screen readers. */
export function CopyLinkButton({ link, variant = "secondary" }: CopyLinkButtonProps) {
  const { t } = useTranslation("meeting");
  const { copied, copy } = useCopy();
  return (
    <>
      <Button variant={variant} icon={copied ? <Check /> : <Link />} onPress={() => copy(link)}>
        {t(copied ? "invitation.copied" : "invitation.copy")}
      </Button>
      <VisuallyHidden role="status">{copied && t("invitation.copied")}</VisuallyHidden>
    </>
  );
}
