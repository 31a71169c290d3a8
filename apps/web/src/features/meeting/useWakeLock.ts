import { useEffect } from "react";

/** Keeps the screen on while mounted. The browser drops the lock when the page is hidden, so it is asked for again. */
export function useWakeLock(): void {
  useEffect(() => {
    if (!("wakeLock" in navigator)) return undefined;
    let sentinel: WakeLockSentinel | null = null;
    let stopped = false;
    const request = () => {
      if (document.visibilityState !== "visible") return;
      navigator.wakeLock.request("screen").then(
        (granted) => {
          sentinel = granted;
          if (stopped) void granted.release();
        },
        () => undefined, // Low battery, or not allowed: the screen goes off as it always does.
      );
    };
    request();
    document.addEventListener("visibilitychange", request);
    return () => {
      stopped = true;
      document.removeEventListener("visibilitychange", request);
      void sentinel?.release();
    };
  }, []);
}
