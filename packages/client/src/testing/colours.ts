/** A camera or a screen that shows nothing but one colour, so that a test sees whose it is. For tests. */
export const colours = { red: "#ff0000", green: "#00c000", blue: "#0000ff", yellow: "#ffff00" } as const;
export type Colour = keyof typeof colours;

/** From now on this page's camera and screen show these; its microphone hums. */
export function captureColours({ camera, screen }: { camera: Colour; screen: Colour }): void {
  navigator.mediaDevices.getUserMedia = ({ video, audio } = {}) =>
    Promise.resolve(new MediaStream([...(video ? [painted(camera)] : []), ...(audio ? [hum()] : [])]));
  navigator.mediaDevices.getDisplayMedia = () => Promise.resolve(new MediaStream([painted(screen)]));
}

/** The colour that fills a picture; null where there is none, or nothing but black. */
export function colourOf(video: HTMLVideoElement): Colour | null {
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  if (!context || video.videoWidth === 0) return null;
  context.drawImage(video, 0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  if (red + green + blue < 80) return null;
  if (red > 120) return green > 120 ? "yellow" : "red";
  return green > blue ? "green" : "blue";
}

function painted(colour: Colour): MediaStreamTrack {
  const canvas = document.createElement("canvas");
  canvas.width = 320;
  canvas.height = 180;
  const context = canvas.getContext("2d");
  setInterval(() => {
    if (!context) return;
    context.fillStyle = colours[colour];
    context.fillRect(0, 0, canvas.width, canvas.height);
  }, 60);
  const [track] = canvas.captureStream().getVideoTracks();
  if (!track) throw new Error("the canvas gives no video");
  return track;
}

function hum(): MediaStreamTrack {
  const audio = new AudioContext();
  const oscillator = audio.createOscillator();
  const destination = audio.createMediaStreamDestination();
  oscillator.connect(destination);
  oscillator.start();
  const [track] = destination.stream.getAudioTracks();
  if (!track) throw new Error("the oscillator gives no sound");
  return track;
}
