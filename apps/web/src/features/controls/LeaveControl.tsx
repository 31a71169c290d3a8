import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { Menu, MenuItem } from "../../ui/Menu.tsx";

export interface LeaveControlProps {
  icon: ReactNode;
  /** Hosts are asked whether only they leave, or the meeting ends for everybody. */
  canEnd: boolean;
  onLeave: () => void;
  onEndForAll: () => void;
}

/** Leaves at once; ending the meeting for everybody is asked again, because it cannot be undone. */
export function LeaveControl({ icon, canEnd, onLeave, onEndForAll }: LeaveControlProps) {
  const { t } = useTranslation("controls");
  const [asking, setAsking] = useState(false);
  if (!canEnd) {
    return (
      <IconButton label={t("leave")} tone="danger" size="l" onPress={onLeave}>
        {icon}
      </IconButton>
    );
  }
  const trigger = (
    <IconButton label={t("leave")} tone="danger" size="l">
      {icon}
    </IconButton>
  );
  return (
    <>
      <Menu label={t("leave")} placement="top end" trigger={trigger}>
        <MenuItem onAction={onLeave}>{t("leaveOnly")}</MenuItem>
        <MenuItem tone="danger" onAction={() => setAsking(true)}>
          {t("end.action")}
        </MenuItem>
      </Menu>
      <Dialog
        role="alertdialog"
        title={t("end.title")}
        isOpen={asking}
        onOpenChange={setAsking}
        actions={
          <>
            <Button onPress={() => setAsking(false)}>{t("end.cancel")}</Button>
            <Button
              variant="danger"
              onPress={() => {
                setAsking(false);
                onEndForAll();
              }}
            >
              {t("end.confirm")}
            </Button>
          </>
        }
      >
        {t("end.explanation")}
      </Dialog>
    </>
  );
}
