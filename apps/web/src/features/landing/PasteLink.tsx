import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button.tsx";
import { TextField } from "../../ui/TextField.tsx";
import styles from "./PasteLink.module.css";

/** Why a pasted text leads nowhere. */
export type LinkProblem = "unknown" | "elsewhere";

/** The way in for people who have a link but not in a form that they can click. */
export function PasteLink({ onFollow }: { onFollow: (text: string) => LinkProblem | null }) {
  const { t } = useTranslation("landing");
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<LinkProblem | null>(null);
  return (
    <Form
      className={styles.form ?? ""}
      validationBehavior="aria"
      onSubmit={(event) => {
        event.preventDefault();
        setProblem(onFollow(text));
      }}
    >
      <TextField
        label={t("link.label")}
        placeholder={t("link.placeholder")}
        value={text}
        onChange={(value) => {
          setText(value);
          setProblem(null);
        }}
        isInvalid={problem !== null}
        autoComplete="off"
        inputMode="url"
        {...(problem !== null && { errorMessage: t(`link.${problem}`) })}
      />
      <Button type="submit" isDisabled={text.trim() === ""}>
        {t("link.go")}
      </Button>
    </Form>
  );
}
