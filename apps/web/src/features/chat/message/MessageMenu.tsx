import type { ChatMessage } from "@sotto/client";
import { Copy, Pencil, Reply, Trash2 } from "lucide-react";
import { useMemo } from "react";
import { Menu as AriaMenu, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { MenuItem } from "../../../ui/Menu.tsx";
import listStyles from "../../../ui/List.module.css";

/** Whose menu is open, and beside what. */
export interface OpenMenu {
  readonly message: ChatMessage;
  readonly button: HTMLElement;
}

export interface MessageMenuProps {
  open: OpenMenu | null;
  onClose: () => void;
  /** Undefined where nothing may be written. */
  onReply: ((message: ChatMessage) => void) | undefined;
  onEdit: ((message: ChatMessage) => void) | undefined;
  onDelete: ((message: ChatMessage) => void) | undefined;
  onCopy: (message: ChatMessage) => void;
}

/** What can be done with one message; one menu for all of them, because there are many. */
export function MessageMenu({ open, onClose, onReply, onEdit, onDelete, onCopy }: MessageMenuProps) {
  const { t } = useTranslation("chat");
  const trigger = useMemo(() => ({ current: open?.button ?? null }), [open]);
  const message = open?.message;
  const isOwn = message?.isLocal === true && message.retoldBy === null;
  return (
    <Popover
      className={listStyles.popover ?? ""}
      aria-label={t("menu.title")}
      triggerRef={trigger}
      isOpen={open !== null}
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
      placement="bottom end"
      offset={4}
    >
      {message && (
        <AriaMenu aria-label={t("menu.title")} className={listStyles.list ?? ""} ref={focusFirst} onClose={onClose}>
          {onReply && (
            <MenuItem icon={<Reply />} onAction={() => onReply(message)}>
              {t("menu.reply")}
            </MenuItem>
          )}
          {message.text !== "" && (
            <MenuItem icon={<Copy />} onAction={() => onCopy(message)}>
              {t("menu.copy")}
            </MenuItem>
          )}
          {onEdit && isOwn && !message.file && (
            <MenuItem icon={<Pencil />} onAction={() => onEdit(message)}>
              {t("menu.edit")}
            </MenuItem>
          )}
          {onDelete && isOwn && (
            <MenuItem icon={<Trash2 />} tone="danger" onAction={() => onDelete(message)}>
              {t("menu.delete")}
            </MenuItem>
          )}
        </AriaMenu>
      )}
    </Popover>
  );
}

/** As a menu that opened from its own button: whoever opened it by keyboard goes on by keyboard. */
function focusFirst(menu: HTMLElement | null): void {
  requestAnimationFrame(() => menu?.querySelector<HTMLElement>("[role=menuitem]")?.focus());
}
