import { Eye, EyeOff } from "lucide-react";
import { useEffect, useRef } from "react";
import { FieldError, Input, Label, Text, TextField } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../../ui/IconButton.tsx";
import fieldStyles from "../../../ui/Field.module.css";
import styles from "./Passphrase.module.css";

export interface PassphraseFieldProps {
  label: string;
  description?: string | undefined;
  value: string;
  onChange: (value: string) => void;
  isShown: boolean;
  /** Undefined where another field has the button. */
  onToggleShown?: (() => void) | undefined;
  /** Shown and announced, and the field takes the focus; null when all is well. */
  error: string | null;
  isDisabled: boolean;
}

/** A passphrase. Pasting works, nothing corrects or remembers it. */
export function PassphraseField(props: PassphraseFieldProps) {
  const { label, description, error, isShown, onToggleShown, isDisabled } = props;
  const { t } = useTranslation("lobby");
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (error === null || isDisabled) return;
    input.current?.focus();
    input.current?.select();
  }, [error, isDisabled]);
  return (
    <TextField
      className={fieldStyles.field ?? ""}
      value={props.value}
      onChange={props.onChange}
      type={isShown ? "text" : "password"}
      isInvalid={error !== null}
      isDisabled={isDisabled}
      autoComplete="off"
      autoCorrect="off"
      spellCheck="false"
    >
      <Label className={fieldStyles.label ?? ""}>{label}</Label>
      <div className={styles.entry}>
        <Input ref={input} className={fieldStyles.input ?? ""} autoCapitalize="none" dir="auto" />
        {onToggleShown && (
          <IconButton
            label={t(isShown ? "passphrase.hide" : "passphrase.show")}
            placement="left"
            isDisabled={isDisabled}
            onPress={onToggleShown}
          >
            {isShown ? <EyeOff aria-hidden="true" /> : <Eye aria-hidden="true" />}
          </IconButton>
        )}
      </div>
      {description !== undefined && (
        <Text slot="description" className={fieldStyles.description ?? ""}>
          {description}
        </Text>
      )}
      <FieldError className={fieldStyles.error ?? ""}>{error}</FieldError>
    </TextField>
  );
}
