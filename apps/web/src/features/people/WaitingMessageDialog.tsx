import { maxWaitingMessageLength } from "@sotto/protocol";
import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { TextField } from "../../ui/TextField.tsx";
import styles from "./PeopleView.module.css";

interface WaitingMessageDialogProps {
  /** To whom; null for everybody who waits. */
  name: string | null;
  onSend: (text: string) => void;
  onClose: () => void;
}

/** Writes to somebody who is not in yet, and has no key. */
export function WaitingMessageDialog({ name, onSend, onClose }: WaitingMessageDialogProps) {
  const { t } = useTranslation("people");
  const [text, setText] = useState("");
  const send = () => {
    if (text.trim() === "") return;
    onSend(text.trim());
    onClose();
  };
  return (
    <Dialog
      title={name === null ? t("waiting.messageAll") : t("waiting.message", { name })}
      isOpen
      onOpenChange={onClose}
    >
      <Form
        className={styles.dialog ?? ""}
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <TextField
          label={t("waiting.text")}
          description={t("waiting.inClear")}
          value={text}
          onChange={setText}
          maxLength={maxWaitingMessageLength}
          // The dialog was opened to write.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
        />
        <Button type="submit" variant="primary" isDisabled={text.trim() === ""}>
          {t("waiting.send")}
        </Button>
      </Form>
    </Dialog>
  );
}
