import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import { byteRange } from "./byteRange.ts";
import { closeWhenIdle } from "./deadlines.ts";

/** What can be downloaded piece by piece. */
export interface Downloadable {
  sizeBytes: number;
  /** Another one for other bytes: a strong ETag (RFC 9110, section 8.8.3) without its quotation marks. */
  version: string;
  /** The bytes from `first` to `last`, both included. Called at most once, and not at all where none are sent. */
  read(first: number, last: number): Readable | Buffer;
}

/**
 * Answers a GET with what its `Range` asks for: 200 with everything, 206 with a part, 416 where there is no such part; a
 * part only of the version that `If-Range` names. A HEAD is answered with the head of the 200, since ranges mean nothing
 * to it. The route sets what the content is called and its type.
 */
export function sendRange(request: FastifyRequest, reply: FastifyReply, content: Downloadable): FastifyReply {
  const { sizeBytes, version } = content;
  const { range, "if-range": ifRange } = request.headers;
  const etag = `"${version}"`;
  const isRange = request.method === "GET" && (ifRange === undefined || ifRange === etag);
  const part = isRange ? byteRange(range, sizeBytes) : "whole";

  reply.header("accept-ranges", "bytes").header("etag", etag);
  if (part === "unsatisfiable") {
    return reply
      .code(416)
      .removeHeader("content-disposition")
      .type("text/plain; charset=utf-8")
      .header("content-range", `bytes */${sizeBytes}`)
      .send(`there are ${sizeBytes} bytes\n`);
  }
  const { first, last } = part === "whole" ? { first: 0, last: sizeBytes - 1 } : part;
  reply.header("content-length", last - first + 1);
  if (part !== "whole") reply.code(206).header("content-range", `bytes ${first}-${last}/${sizeBytes}`);
  // With no payload at all Fastify would say that there are 0 bytes, to a HEAD too.
  if (request.method === "HEAD" || sizeBytes === 0) return reply.send(Readable.from([]));
  closeWhenIdle(request);
  return reply.send(content.read(first, last));
}
