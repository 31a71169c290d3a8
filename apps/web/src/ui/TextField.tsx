import type { ReactNode } from "react";
import {
  FieldError,
  Input,
  Label,
  Text,
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
} from "react-aria-components";
import styles from "./Field.module.css";

export interface TextFieldProps extends Omit<AriaTextFieldProps, "className" | "style" | "children"> {
  label: string;
  description?: ReactNode;
  /** Shown and announced when `isInvalid`. */
  errorMessage?: string;
  placeholder?: string;
}

/** One line of text with its label above. */
export function TextField({ label, description, errorMessage, placeholder, ...props }: TextFieldProps) {
  return (
    <AriaTextField {...props} className={styles.field ?? ""}>
      <Label className={styles.label ?? ""}>{label}</Label>
      <Input className={styles.input ?? ""} {...(placeholder !== undefined && { placeholder })} />
      {description !== undefined && (
        <Text slot="description" className={styles.description ?? ""}>
          {description}
        </Text>
      )}
      <FieldError className={styles.error ?? ""}>{errorMessage}</FieldError>
    </AriaTextField>
  );
}
