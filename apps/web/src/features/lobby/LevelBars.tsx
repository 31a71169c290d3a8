import { LevelMeter } from "@sotto/client";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import styles from "./LevelBars.module.css";

const bars = 5;

/**
 * How loud the microphone is, as bars. It changes 20 times a second, so it is drawn past React, and it is a picture to
 * screen readers: its movement would only interrupt them.
 */
export function LevelBars({ track }: { track: MediaStreamTrack }) {
  const { t } = useTranslation("lobby");
  const box = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const meter = new LevelMeter(track);
    const unsubscribe = meter.level.subscribe(() => {
      const reached = Math.ceil(meter.level.get() * bars);
      [...(box.current?.children ?? [])].forEach((bar, index) => bar.toggleAttribute("data-on", index < reached));
    });
    return () => {
      unsubscribe();
      void meter[Symbol.asyncDispose]();
    };
  }, [track]);
  return (
    <span ref={box} className={styles.level} role="img" aria-label={t("level")}>
      <i />
      <i />
      <i />
      <i />
      <i />
    </span>
  );
}
