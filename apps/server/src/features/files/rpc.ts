import {
  fileDownloadRequestSchema,
  fileUploadRequestSchema,
  maxBlobBytes,
  type fileDownloadResultSchema,
  type fileUploadResultSchema,
} from "@sotto/protocol";
import type { z } from "zod";
import { maxFileBytes } from "../../config/derived.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import { RateLimiter } from "../../platform/http/RateLimiter.ts";
import type { RpcRouter } from "../../platform/nats/RpcRouter.ts";
import { rpcRequest } from "../../platform/nats/rpcRequest.ts";
import type { FileStore } from "./FileStore.ts";
import type { FileTokens } from "./FileTokens.ts";

/** `file-upload` and `file-download`: what is allowed is decided here, before a byte is sent. */
export function fileRpc(
  router: RpcRouter,
  { config, participants, sessions }: Context,
  { store, tokens }: { store: FileStore; tokens: FileTokens },
): void {
  const limiter = new RateLimiter(config.files.requestsPerMinute);

  router.handle("file-upload", async ({ sid, pid }, body): Promise<z.infer<typeof fileUploadResultSchema>> => {
    const { bytes } = rpcRequest(body, fileUploadRequestSchema);
    limiter.spend(pid);
    const person = await participants.find(sid, pid);
    const room = person && (await sessions.room(person.roomId));
    if (room?.sessionId !== sid) throw AppError.sessionEnded();
    const largest = maxBlobBytes(maxFileBytes(config, room.features));
    if (bytes > largest) throw AppError.bodyTooLarge(largest);
    const fileId = await store.announce(room, bytes);
    return { fileId, uploadToken: tokens.issue({ use: "upload", sid, pid, fileId }) };
  });

  router.handle("file-download", async ({ sid, pid }, body): Promise<z.infer<typeof fileDownloadResultSchema>> => {
    const { fileId } = rpcRequest(body, fileDownloadRequestSchema);
    limiter.spend(pid);
    if (!(await store.has(sid, fileId))) throw AppError.notFound();
    return { downloadToken: tokens.issue({ use: "download", sid, pid, fileId }) };
  });
}
