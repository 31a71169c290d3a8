/** What the init script leaves in the page, in milliseconds of `performance.now()`; NaN before it happens. */
export interface FirstFrame {
  clickedAt: number;
  firstFrameAt: number;
}

declare global {
  var firstFrame: FirstFrame;
}

/**
 * Runs in the page before its own code, the same on both sides of the bench: notes the last click, and when the first
 * decoded frame of any remote camera is presented, in a video element of its own, so that no page's interface counts.
 */
export function watchFirstFrame(): void {
  globalThis.firstFrame = { clickedAt: Number.NaN, firstFrameAt: Number.NaN };
  addEventListener("click", () => (firstFrame.clickedAt = performance.now()), { capture: true });
  const watch = ({ track }: RTCTrackEvent) => {
    if (track.kind !== "video") return;
    const video = document.createElement("video");
    video.muted = true;
    video.srcObject = new MediaStream([track]);
    video.requestVideoFrameCallback(() => {
      if (Number.isNaN(firstFrame.firstFrameAt)) firstFrame.firstFrameAt = performance.now();
    });
    void video.play();
  };
  const Original = RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Original {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      this.addEventListener("track", watch);
    }
  };
}
