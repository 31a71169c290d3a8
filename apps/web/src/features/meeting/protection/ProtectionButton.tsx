import type { E2eeModel } from "@sotto/protocol";
import { ShieldCheck, ShieldOff } from "lucide-react";
import { Button, Dialog, DialogTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { ProtectionPanel } from "./ProtectionPanel.tsx";
import styles from "./ProtectionButton.module.css";

/** Says at a glance how the meeting is protected, and opens who can read what. */
export function ProtectionButton({ model }: { model: E2eeModel }) {
  const { t } = useTranslation("meeting");
  const Icon = model === "none" ? ShieldOff : ShieldCheck;
  return (
    <DialogTrigger>
      <Button className={styles.button ?? ""} data-model={model}>
        <Icon aria-hidden="true" />
        <span className={styles.words}>{t(`protection.short.${model}`)}</span>
      </Button>
      <Popover className={styles.popover ?? ""} placement="top start" offset={10}>
        <Dialog className={styles.dialog ?? ""}>
          <ProtectionPanel model={model} />
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
