import { z } from "zod";

/**
 * Requests of a participant to the control plane: published on `m.<sid>.rpc.<pid>.<method>`, answered on the reply
 * subject inside the caller's own inbox with JSON: {@link RpcAnswer}.
 *
 * | method      | body                                              | result                  |
 * | ----------- | ------------------------------------------------- | ----------------------- |
 * | resume      | JSON {@link ResumeRequest}                        | {@link ResumeResult}    |
 * | snapshot    | empty                                             | `Snapshot`              |
 * | pub-chat    | 16 random bytes of client message id ‖ wire message | {@link PublishResult} |
 * | pub-private | client message id ‖ the peer's participant id, 18 bytes ‖ wire message | {@link PublishResult} |
 * | file-upload | JSON `{ bytes }`                                  | `{ fileId, uploadToken }` |
 * | file-download | JSON `{ fileId }`                               | `{ downloadToken }`     |
 * | epochs      | empty                                             | `EpochsResult`          |
 * | epoch-staged | JSON `{ epoch }`                                 | `{}`                    |
 * | hand        | JSON `HandRequest`                                | `{}`                    |
 * | activity    | JSON `ActivityRequest`; of people in the statistics  | `{}`                    |
 * | moderate    | JSON `ModerateRequest`; hosts only                | `{}`                    |
 * | admission   | JSON `AdmissionRequest`; hosts only               | `{}`                    |
 * | service     | JSON `ServiceRequest`; hosts only                 | `{}`                    |
 * | guarded     | JSON `GuardedRequest`                             | `{}`                    |
 * | consent     | JSON `ConsentRequest`                             | `{}`                    |
 * | local-recording | JSON `LocalRecordingRequest`; hosts only      | `{}`                    |
 * | captions    | a transcriber's; see `captions.ts`                | `{}`                    |
 * | transcript  | JSON `TranscriptRequest`; a transcriber's, where the room keeps a transcript | `{}` |
 * | leave       | empty                                             | `{}`                    |
 * | end-meeting | empty; hosts only                                 | `{ receiptToken }`      |
 */
export const rpcMethods = [
  "resume",
  "snapshot",
  "pub-chat",
  "pub-private",
  "file-upload",
  "file-download",
  "epochs",
  "epoch-staged",
  "hand",
  "activity",
  "moderate",
  "admission",
  "service",
  "guarded",
  "consent",
  "local-recording",
  "captions",
  "transcript",
  "leave",
  "end-meeting",
] as const;
export type RpcMethod = (typeof rpcMethods)[number];

/** Largest rpc body in bytes: a message of the stream is at most 32 KiB with its 16-byte id. */
export const maxRpcBodyBytes = 32 * 1024;

/**
 * Bytes of client message id at the start of every `pub-*` body; a retry repeats the id and is stored once. The stream
 * holds id and wire message exactly as they came, so that the sender recognizes its own message in the deliveries.
 */
export const clientMessageIdBytes = 16;

const sequenceSchema = z.int().min(0);

/** `after`: of each stream, the last sequence the client has, 0 for none. Deliveries go on with the next one. */
export const resumeRequestSchema = z.strictObject({
  after: z.strictObject({ public: sequenceSchema, private: sequenceSchema }),
});
export type ResumeRequest = z.infer<typeof resumeRequestSchema>;

const startedDeliveriesSchema = z.object({ stream: z.string(), startSequence: z.int().min(1) });

/**
 * - `startSequence`: the first sequence of the stream that will be delivered (never older than the participant's join). Of
 *   the private stream, a participant gets what they wrote and what was written to them.
 * - `lost`: the server lost its memory of messages since the participant joined. Those sent between `since` and `until`
 *   (Unix milliseconds, the server's clock) that the client does not have will not come. Told with every resume.
 */
export const resumeResultSchema = z.object({
  public: startedDeliveriesSchema,
  private: startedDeliveriesSchema,
  lost: z.object({ since: z.int(), until: z.int() }).nullish(),
});
export type ResumeResult = z.infer<typeof resumeResultSchema>;

/** `sequence`: where the message stands in its stream; the same again for a retried client message id. */
export const publishResultSchema = z.object({ sequence: z.int().min(1), duplicate: z.boolean() });
export type PublishResult = z.infer<typeof publishResultSchema>;

/** Result of methods that have nothing to say. */
export const emptyResultSchema = z.object({});

/** Every rpc answer, before its result is checked against the method's own schema. */
export const rpcAnswerSchema = z.discriminatedUnion("ok", [
  z.object({ ok: z.literal(true), result: z.unknown() }),
  z.object({ ok: z.literal(false), error: z.object({ code: z.string(), message: z.string() }) }),
]);
export type RpcAnswer<T> = { ok: true; result: T } | { ok: false; error: { code: string; message: string } };
