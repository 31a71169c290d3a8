/** How a worker's headless Chromium is started: it asks nobody anything, makes no noise, and does not doze. */
export const chromiumFlags: readonly string[] = [
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--mute-audio",
  "--autoplay-policy=no-user-gesture-required",
  "--disable-background-timer-throttling",
  "--disable-renderer-backgrounding",
];

/** Of media from people nobody knows, a decoder's bug is to end in the sandbox; root has none to give. */
export const chromiumSandbox = process.getuid?.() !== 0;
