import { Check, ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import { Button, Label, ListBox, ListBoxItem, Popover, Select as AriaSelect, SelectValue } from "react-aria-components";
import { cx } from "./cx.ts";
import fieldStyles from "./Field.module.css";
import listStyles from "./List.module.css";

export interface SelectOption {
  id: string;
  label: string;
}

export interface SelectProps {
  label: string;
  /** Hides the label from sight only. */
  hideLabel?: boolean;
  icon?: ReactNode;
  options: readonly SelectOption[];
  value: string | null;
  onChange: (id: string) => void;
  /** Shown while nothing is chosen. */
  placeholder?: string;
  isDisabled?: boolean;
}

/** One of a few choices, in a list that opens. */
export function Select({
  label,
  hideLabel = false,
  icon,
  options,
  value,
  onChange,
  placeholder,
  isDisabled = false,
}: SelectProps) {
  return (
    <AriaSelect
      value={value}
      onChange={(key) => {
        if (key !== null) onChange(String(key));
      }}
      isDisabled={isDisabled}
      className={fieldStyles.field ?? ""}
      {...(placeholder !== undefined && { placeholder })}
      {...(hideLabel && { "aria-label": label })}
    >
      {!hideLabel && <Label className={fieldStyles.label ?? ""}>{label}</Label>}
      <Button className={fieldStyles.trigger ?? ""}>
        {icon}
        <SelectValue className={fieldStyles.value ?? ""} />
        <ChevronDown aria-hidden="true" />
      </Button>
      <Popover className={cx(listStyles.popover, listStyles.matchTrigger)} offset={6}>
        <ListBox items={options} className={listStyles.list ?? ""}>
          {(option) => (
            <ListBoxItem id={option.id} textValue={option.label} className={listStyles.item ?? ""}>
              {({ isSelected }) => (
                <>
                  <span className={listStyles.words}>{option.label}</span>
                  {isSelected && <Check aria-hidden="true" />}
                </>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
