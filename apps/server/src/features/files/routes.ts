import type { Readable } from "node:stream";
import { fileIdSchema, filePath, type RpcMethod } from "@sotto/protocol";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import { closeWhenIdle, maxTransferMs } from "../../platform/http/deadlines.ts";
import type { FileStore } from "./FileStore.ts";
import type { FileClaims, FileTokens } from "./FileTokens.ts";

const methodOf: Record<FileClaims["use"], RpcMethod> = { upload: "file-upload", download: "file-download" };
const paramsSchema = z.object({ fileId: fileIdSchema });

/** `PUT` and `GET /api/files/<fileId>`: blobs as they are, streamed to and from the disk. */
export async function fileRoutes(
  http: FastifyInstance,
  { activity, participants }: Context,
  { store, tokens }: { store: FileStore; tokens: FileTokens },
): Promise<void> {
  /** Who may do this now: the token says who was allowed to, the session whether they still are. */
  async function authorize(request: FastifyRequest, use: FileClaims["use"]): Promise<FileClaims> {
    const params = paramsSchema.safeParse(request.params);
    if (!params.success) throw AppError.notFound();
    const claims = tokens.verify(request.headers.authorization, { use, fileId: params.data.fileId });
    const person = await participants.lookup(claims.sid, claims.pid);
    if (person === null) throw AppError.sessionEnded();
    if (!person.permissions.rpc.includes(methodOf[use])) throw AppError.notAllowed("files are not allowed to you now");
    return claims;
  }

  await http.register(async (files) => {
    files.removeAllContentTypeParsers();
    files.addContentTypeParser("application/octet-stream", (_request, payload, done) => done(null, payload));
    // Of a refused upload the rest is not waited for.
    files.addHook("onError", async (request, reply) => {
      if (!request.raw.complete) reply.header("connection", "close");
    });

    const path = filePath(":fileId");
    files.put(path, { config: { maxRequestMs: maxTransferMs } }, async (request, reply) => {
      const { sid, pid, fileId } = await authorize(request, "upload");
      closeWhenIdle(request);
      await store.store(sid, fileId, request.body as Readable);
      activity.count({ sessionId: sid, participantId: pid }, "chat_files");
      return reply.code(201).send({});
    });

    files.get(path, async (request, reply) => {
      const { sid, fileId } = await authorize(request, "download");
      const blob = await store.read(sid, fileId);
      if (blob === null) throw AppError.notFound();
      closeWhenIdle(request);
      return reply
        .header("content-type", "application/octet-stream")
        .header("content-length", blob.sizeBytes)
        .header("content-disposition", "attachment")
        .header("content-security-policy", "default-src 'none'; sandbox")
        .send(blob.body);
    });
  });
}
