const toneHertz = 392;
const toneSeconds = 0.25;

/** A short low tone, made here, on the default speaker; where the browser plays no sound, none. */
export function playNotice(): void {
  const context = new AudioContext();
  const tone = new OscillatorNode(context, { frequency: toneHertz, type: "sine" });
  const volume = new GainNode(context, { gain: 0 });
  const start = context.currentTime;
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(0.2, start + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.001, start + toneSeconds);
  tone.connect(volume).connect(context.destination);
  tone.addEventListener("ended", () => void context.close(), { once: true });
  tone.start(start);
  tone.stop(start + toneSeconds);
}
