import { Check } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import {
  Header,
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  MenuSection as AriaMenuSection,
  MenuTrigger,
  Popover,
  Separator,
} from "react-aria-components";
import { cx } from "./cx.ts";
import styles from "./List.module.css";

export interface MenuProps {
  /** A Button or IconButton; the menu opens from it. */
  trigger: ReactElement;
  /** Names the menu for screen readers. */
  label: string;
  placement?: "top" | "top start" | "top end" | "bottom" | "bottom start" | "bottom end";
  /** MenuItem, MenuSection and MenuSeparator elements. */
  children: ReactNode;
}

/** A button that opens a list of actions. */
export function Menu({ trigger, label, placement = "bottom end", children }: MenuProps) {
  return (
    <MenuTrigger>
      {trigger}
      <Popover className={styles.popover ?? ""} placement={placement} offset={8}>
        <AriaMenu aria-label={label} className={styles.list ?? ""}>
          {children}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}

export interface MenuItemProps {
  /** Needed in a section where one is selected. */
  id?: string;
  icon?: ReactNode;
  tone?: "plain" | "danger";
  isDisabled?: boolean;
  onAction?: () => void;
  /** The words; also what type-ahead looks at. */
  children: string;
}

export function MenuItem({ id, icon, tone = "plain", isDisabled = false, onAction, children }: MenuItemProps) {
  return (
    <AriaMenuItem
      {...(id !== undefined && { id })}
      {...(onAction !== undefined && { onAction })}
      textValue={children}
      isDisabled={isDisabled}
      className={cx(styles.item, tone === "danger" && styles.danger)}
    >
      {({ isSelected }) => (
        <>
          {icon}
          <span className={styles.words}>{children}</span>
          {isSelected && <Check aria-hidden="true" />}
        </>
      )}
    </AriaMenuItem>
  );
}

export interface MenuSectionProps {
  title: string;
  /** The chosen item's id, in a section where exactly one is. */
  selected?: string;
  onSelect?: (id: string) => void;
  children: ReactNode;
}

/** Items under a heading; with `selected`, a choice of exactly one. */
export function MenuSection({ title, selected, onSelect, children }: MenuSectionProps) {
  const selection =
    selected === undefined
      ? {}
      : {
          selectionMode: "single" as const,
          disallowEmptySelection: true,
          selectedKeys: [selected],
          onSelectionChange: (keys: "all" | Set<string | number>) => {
            const [key] = keys === "all" ? [] : keys;
            if (key !== undefined) onSelect?.(String(key));
          },
        };
  return (
    <AriaMenuSection {...selection}>
      <Header className={styles.heading ?? ""}>{title}</Header>
      {children}
    </AriaMenuSection>
  );
}

export function MenuSeparator() {
  return <Separator className={styles.separator ?? ""} />;
}
