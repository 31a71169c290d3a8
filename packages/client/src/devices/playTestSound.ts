/** Two rising notes, in hertz, with their start in seconds. */
const notes = [
  { frequency: 523.25, at: 0 },
  { frequency: 783.99, at: 0.22 },
] as const;
const noteSeconds = 0.7;

/** Plays a short chime, made here, on a speaker (the default one without `deviceId`). Resolves when it is over. */
export async function playTestSound(deviceId?: string): Promise<void> {
  const context = new AudioContext();
  const player = new Audio();
  try {
    const output = context.createMediaStreamDestination();
    player.srcObject = output.stream;
    if (deviceId && "setSinkId" in player) await player.setSinkId(deviceId);
    await Promise.all([context.resume(), player.play()]);
    const endings = notes.map(({ frequency, at }) =>
      playNote(context, output, frequency, context.currentTime + at + 0.05),
    );
    await Promise.all(endings);
  } finally {
    player.pause();
    player.srcObject = null;
    await context.close();
  }
}

function playNote(context: AudioContext, output: AudioNode, frequency: number, start: number): Promise<void> {
  const oscillator = new OscillatorNode(context, { frequency, type: "sine" });
  const volume = new GainNode(context, { gain: 0 });
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(0.25, start + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.001, start + noteSeconds);
  oscillator.connect(volume).connect(output);
  const { promise, resolve } = Promise.withResolvers<void>();
  oscillator.addEventListener("ended", () => resolve(), { once: true });
  oscillator.start(start);
  oscillator.stop(start + noteSeconds);
  return promise;
}
