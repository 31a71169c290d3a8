import type { E2eeModel } from "@sotto/protocol";
import type { ProblemCode } from "./ProblemCode.ts";

/** What this browser lacks for a meeting of the given model; null when nothing is missing. */
export function missingSupport(model: E2eeModel): ProblemCode | null {
  if (!window.isSecureContext) return "insecure_context";
  const canMeet = "RTCPeerConnection" in window && "mediaDevices" in navigator;
  if (!canMeet || (model !== "none" && !canTransformFrames())) return "browser_unsupported";
  return null;
}

/** Encoded transforms, as the standard has them or as Chromium had them before. */
function canTransformFrames(): boolean {
  return (
    "RTCRtpScriptTransform" in window || ("RTCRtpSender" in window && "createEncodedStreams" in RTCRtpSender.prototype)
  );
}
