import type { FastifyInstance } from "fastify";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import { maxTransferMs } from "../../platform/http/deadlines.ts";
import { sendRange } from "../../platform/http/sendRange.ts";
import type { ArtifactTokens } from "./ArtifactTokens.ts";

/** `GET /download/recording/<token>`: for whoever an integrator gives the token to, all of it or a part. */
export function downloadRecording(http: FastifyInstance, { recordings }: Context, tokens: ArtifactTokens): void {
  const path = "/download/recording/:token";
  const config = { maxRequestMs: maxTransferMs };
  http.get<{ Params: { token: string } }>(path, { config }, async (request, reply) => {
    const recording = await recordings.find(tokens.verify(request.params.token));
    const sizeBytes = recording && (await recordings.files.sizeBytes(recording.fileName));
    if (recording === null || sizeBytes === null) throw AppError.notFound();
    const { recordingId, fileName, startedAt } = recording;
    const [, ending = ""] = /(\.mp4(?:\.age)?)$/.exec(fileName) ?? [];
    reply
      .type(ending === ".mp4" ? "video/mp4" : "application/octet-stream")
      .header("content-disposition", `attachment; filename="recording-${fileTime(startedAt)}${ending}"`)
      .header("content-security-policy", "default-src 'none'; media-src 'self'; sandbox")
      .header("cache-control", "private, no-store");
    return sendRange(request, reply, {
      sizeBytes,
      version: recordingId,
      read: (first, last) => recordings.files.read(fileName, first, last),
    });
  });
}

/** `2026-11-24-20-05-00`, in UTC */
function fileTime(time: Date): string {
  return time.toISOString().slice(0, 19).replaceAll(/[:T]/g, "-");
}
