import { Label, RadioButton, RadioField, RadioGroup as AriaRadioGroup, Text } from "react-aria-components";
import styles from "./RadioGroup.module.css";

export interface RadioChoice<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly description: string;
}

export interface RadioGroupProps<Value extends string> {
  label: string;
  choices: readonly RadioChoice<Value>[];
  value: Value;
  onChange: (value: Value) => void;
  isDisabled?: boolean;
}

/** One of a few, each in a line of its own with what it means. */
export function RadioGroup<Value extends string>({
  label,
  choices,
  value,
  onChange,
  isDisabled = false,
}: RadioGroupProps<Value>) {
  return (
    <AriaRadioGroup
      className={styles.group ?? ""}
      value={value}
      onChange={(chosen) => onChange(chosen as Value)}
      isDisabled={isDisabled}
    >
      <Label className={styles.label ?? ""}>{label}</Label>
      {choices.map((choice) => (
        <RadioField key={choice.value} value={choice.value} className={styles.choice ?? ""}>
          <RadioButton className={styles.button ?? ""}>
            <span className={styles.dot} aria-hidden="true" />
            {choice.label}
          </RadioButton>
          <Text slot="description" className={styles.description ?? ""}>
            {choice.description}
          </Text>
        </RadioField>
      ))}
    </AriaRadioGroup>
  );
}
