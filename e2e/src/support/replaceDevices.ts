/** A camera that shows one colour, and a microphone that hears one tone. */
export interface ColourAndTone {
  /** `#rrggbb` */
  colour: string;
  hertz: number;
}

/** To be run in a page before its own scripts: whatever camera and microphone it asks for is this. */
export function replaceDevices({ colour, hertz }: ColourAndTone): void {
  // An empty page has none.
  if (!("mediaDevices" in navigator)) return;
  const camera = () => {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: 320, height: 180 });
    const paint = canvas.getContext("2d");
    if (!paint) throw new Error("there is no canvas to paint on");
    let at = 0;
    setInterval(() => {
      paint.fillStyle = colour;
      paint.fillRect(0, 0, canvas.width, canvas.height);
      // A picture that never changes would not be sent again.
      paint.fillStyle = "#000000";
      paint.fillRect((at = (at + 7) % canvas.width), 0, 4, 4);
    }, 100);
    return canvas.captureStream(10).getVideoTracks();
  };
  const microphone = () => {
    const context = new AudioContext();
    const tone = new OscillatorNode(context, { frequency: hertz });
    const mix = context.createMediaStreamDestination();
    tone.connect(new GainNode(context, { gain: 0.2 })).connect(mix);
    tone.start();
    return mix.stream.getAudioTracks();
  };
  navigator.mediaDevices.getUserMedia = async ({ video = false, audio = false } = {}) =>
    new MediaStream([...(video === false ? [] : camera()), ...(audio === false ? [] : microphone())]);
}
