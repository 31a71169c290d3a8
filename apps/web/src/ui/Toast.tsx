import { X } from "lucide-react";
import { createContext, use, useState, type ReactNode } from "react";
import {
  Button,
  Text,
  UNSTABLE_Toast as AriaToast,
  UNSTABLE_ToastContent as AriaToastContent,
  UNSTABLE_ToastQueue as AriaToastQueue,
  UNSTABLE_ToastRegion as AriaToastRegion,
} from "react-aria-components";
import { useTranslation } from "react-i18next";
import { cx } from "./cx.ts";
import styles from "./Toast.module.css";

export interface ToastMessage {
  text: string;
  tone?: "info" | "danger";
}

/** Shows a short sentence that goes away by itself; what must be read belongs in a Banner or Dialog. */
export type ShowToast = (message: ToastMessage) => void;

const shownForMs = 6_000;
const ToastContext = createContext<ShowToast | null>(null);

/** The function that shows a toast; below a {@link ToastProvider}. */
export function useToast(): ShowToast {
  const show = use(ToastContext);
  if (!show) throw new Error("useToast is used outside ToastProvider");
  return show;
}

/** Holds the queue and renders the region that screen readers announce. Timers stop while it is hovered or focused. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const { t } = useTranslation("ui");
  const [queue] = useState(() => new AriaToastQueue<ToastMessage>({ maxVisibleToasts: 3 }));
  const [show] = useState((): ShowToast => (message) => {
    queue.add(message, { timeout: shownForMs });
  });
  return (
    <ToastContext value={show}>
      {children}
      <AriaToastRegion queue={queue} aria-label={t("notifications")} className={styles.region ?? ""}>
        {({ toast }) => (
          <AriaToast toast={toast} className={cx(styles.toast, toast.content.tone === "danger" && styles.danger)}>
            <AriaToastContent className={styles.content ?? ""}>
              <Text slot="title">{toast.content.text}</Text>
            </AriaToastContent>
            <Button slot="close" aria-label={t("dismiss")} className={styles.close ?? ""}>
              <X aria-hidden="true" />
            </Button>
          </AriaToast>
        )}
      </AriaToastRegion>
    </ToastContext>
  );
}
