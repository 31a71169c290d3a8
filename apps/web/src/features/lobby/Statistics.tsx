import { ChartNoAxesColumn } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Banner } from "../../ui/Banner.tsx";
import { Switch } from "../../ui/Switch.tsx";

export interface StatisticsProps {
  isCounted: boolean;
  onChange: (isCounted: boolean) => void;
  isDisabled: boolean;
}

/** That the meeting collects statistics, of what and for whom, and the way out of them. */
export function Statistics({ isCounted, onChange, isDisabled }: StatisticsProps) {
  const { t } = useTranslation("lobby");
  return (
    <Banner
      icon={<ChartNoAxesColumn />}
      title={t("statistics.title")}
      choice={
        <Switch isSelected={isCounted} onChange={onChange} isDisabled={isDisabled}>
          {t("statistics.include")}
        </Switch>
      }
    >
      {t(isCounted ? "statistics.counted" : "statistics.notCounted")}
    </Banner>
  );
}
