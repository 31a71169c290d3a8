import {
  emptyResultSchema,
  guestTokenAnswerSchema,
  installationSchema,
  joinAnswerSchema,
  joinE2eeSchema,
  lobbyAnswerSchema,
  openMeetingAnswerSchema,
  openSessionAnswerSchema,
  receiptAnswerSchema,
  transcriptAnswerSchema,
  type GuestTokenAnswer,
  type Installation,
  type JoinAnswer,
  type JoinRequest,
  type LobbyAnswer,
  type OpenMeetingAnswer,
  type OpenMeetingRequest,
  type OpenSessionAnswer,
  type OpenSessionRequest,
  type PageClosedRequest,
  type ReceiptAnswer,
  type RestartRequest,
  type TranscriptAnswer,
} from "@sotto/protocol";
import type { JoinCredential } from "../JoinOptions.ts";
import { FileTransport } from "../files/FileTransport.ts";
import type { Schema } from "../Schema.ts";
import { SottoError } from "../SottoError.ts";

interface Call<T> {
  method: "GET" | "POST" | "DELETE";
  path: string;
  token?: string;
  body?: unknown;
  schema: Schema<T>;
  /** Of an answer that does not fit the schema. Default: `server_unreachable`. */
  mismatch?: (answer: unknown, cause: unknown) => SottoError;
  signal?: AbortSignal | undefined;
}

const timeoutMs = 15_000;

/** The installation's HTTP API for pages. Every method throws a {@link SottoError}, or the signal's reason when aborted. */
export class SottoApi {
  readonly #origin: string;
  readonly #fetch: typeof fetch;
  /** Blobs of files in the chat. */
  readonly files: FileTransport;

  /** `origin`: such as `https://meet.example.org`. `options.fetch`: another `fetch`, for Node with a cookie jar. */
  constructor(origin: string, options: { readonly fetch?: typeof fetch | undefined } = {}) {
    this.#origin = new URL(origin).origin;
    this.files = new FileTransport(origin, options);
    this.#fetch = options.fetch ?? ((input, init) => fetch(input, init));
  }

  /** What the landing page needs to know of the installation. */
  installation(): Promise<Installation> {
    return this.#call({ method: "GET", path: "/api/installation", schema: installationSchema });
  }

  /** Opens a meeting as a guest; the token is the host's. `guests_disabled` where the operator does not allow it. */
  openMeeting(request: OpenMeetingRequest = {}): Promise<OpenMeetingAnswer> {
    return this.#call({ method: "POST", path: "/api/meetings", body: request, schema: openMeetingAnswerSchema });
  }

  /** A join token for a meeting that a guest opened. `room_not_found` when there is none. */
  guestToken(roomId: string): Promise<GuestTokenAnswer> {
    const path = `/api/meetings/${encodeURIComponent(roomId)}/tokens`;
    return this.#call({ method: "POST", path, body: {}, schema: guestTokenAnswerSchema });
  }

  /** What the lobby shows. Does not use a token up; `token_used` when somebody did. */
  lobby(credential: JoinCredential): Promise<LobbyAnswer> {
    const call = { method: "GET", schema: lobbyAnswerSchema } as const;
    return credential.kind === "token"
      ? this.#call({ ...call, path: "/api/lobby", token: credential.token })
      : this.#call({ ...call, path: `/api/lobby?participantId=${encodeURIComponent(credential.participantId)}` });
  }

  /**
   * Opens the session of a seat with what a passphrase gave. The answer is the record as it stands: somebody else may
   * have been first. `not_allowed` for who may not, `session_replaced` when the room has another session by now. `Meeting.join`
   * does this where it is wanted.
   */
  openSession(request: OpenSessionRequest, signal: AbortSignal): Promise<OpenSessionAnswer> {
    return this.#call({ method: "POST", path: "/api/opening", body: request, schema: openSessionAnswerSchema, signal });
  }

  /**
   * Gives the room of a host's seat a new session, to be opened with a new passphrase; who is in the running one is out
   * of it, with reason `restarted`. The seat's resume credential leads to the new one. `not_allowed` for others,
   * `session_replaced` when `sessionId` is not the running one any more.
   */
  async restart(request: RestartRequest): Promise<void> {
    await this.#call({ method: "POST", path: "/api/restart", body: request, schema: emptyResultSchema });
  }

  /** Tells the server that the page goes away; for the moment in which it does, when nothing can be waited for. */
  pageClosed(page: Omit<PageClosedRequest, "left">): void {
    const body = JSON.stringify({ ...page, left: false } satisfies PageClosedRequest);
    navigator.sendBeacon(`${this.#origin}/api/page-closed`, new Blob([body], { type: "application/json" }));
  }

  /** Leaves for good, where that cannot be said over the meeting's own connection. */
  async leave(page: Omit<PageClosedRequest, "left">): Promise<void> {
    const body = { ...page, left: true } satisfies PageClosedRequest;
    await this.#call({ method: "POST", path: "/api/page-closed", body, schema: emptyResultSchema });
  }

  /**
   * Joins: uses the token up, or with no token the resume cookie. `Meeting.join` does this and everything after it.
   * `encryption_unsupported` when the answer describes a protection that we do not know, such as parameters of its own.
   */
  join(request: JoinRequest, options: { token?: string | undefined; signal?: AbortSignal | undefined }) {
    return this.#call<JoinAnswer>({
      method: "POST",
      path: "/api/join",
      body: request,
      schema: joinAnswerSchema,
      mismatch: refuseUnknownProtection,
      signal: options.signal,
      ...(options.token === undefined ? {} : { token: options.token }),
    });
  }

  /** How far the end of a meeting is, by the token that its hosts were given; at last its data receipt. */
  receipt(token: string, signal: AbortSignal): Promise<ReceiptAnswer> {
    return this.#call({ method: "GET", path: "/api/receipt", token, schema: receiptAnswerSchema, signal });
  }

  /** Whether a meeting that is over left a transcript, by the token that its hosts were given. */
  transcript(token: string, signal: AbortSignal): Promise<TranscriptAnswer> {
    return this.#call({ method: "GET", path: "/api/transcript", token, schema: transcriptAnswerSchema, signal });
  }

  /** Deletes it. `not_found` where there is none any more. */
  async discardTranscript(token: string): Promise<void> {
    await this.#call({ method: "DELETE", path: "/api/transcript", token, schema: emptyResultSchema });
  }

  async #call<T>({ method, path, token, body, schema, mismatch, signal }: Call<T>): Promise<T> {
    const headers: Record<string, string> = {};
    if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
    if (body !== undefined) headers["content-type"] = "application/json";
    const timeout = AbortSignal.timeout(timeoutMs);

    let response: Response;
    let answer: unknown;
    try {
      response = await this.#fetch(this.#origin + path, {
        method,
        headers,
        credentials: "same-origin",
        cache: "no-store",
        redirect: "error",
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      answer = await response.json();
    } catch (cause) {
      signal?.throwIfAborted();
      throw SottoError.serverUnreachable(cause);
    }

    if (!response.ok) {
      const failure = errorShape(answer);
      throw failure ? SottoError.refused(failure) : SottoError.serverUnreachable(`HTTP ${response.status}`);
    }
    const parsed = schema.safeParse(answer);
    if (!parsed.success) throw (mismatch ?? notOurs)(answer, parsed.error);
    return parsed.data;
  }
}

function notOurs(_answer: unknown, cause: unknown): SottoError {
  return SottoError.serverUnreachable(cause);
}

/** A newer server's key schedule, or parameters that no server may name, are no bad connection. */
function refuseUnknownProtection(answer: unknown, cause: unknown): SottoError {
  const { e2ee } = (answer ?? {}) as { e2ee?: unknown };
  if (joinE2eeSchema.safeParse(e2ee).success) return SottoError.serverUnreachable(cause);
  return SottoError.encryptionUnsupported("This meeting is protected in a way that this client does not know.", cause);
}

/** `{ error: { code, message } }`, with codes of newer servers too. */
function errorShape(answer: unknown): { code: string; message: string } | null {
  const { error } = (answer ?? {}) as { error?: { code?: unknown; message?: unknown } };
  if (typeof error?.code !== "string" || typeof error.message !== "string") return null;
  return { code: error.code, message: error.message };
}
