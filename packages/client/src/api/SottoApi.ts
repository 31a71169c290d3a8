import {
  guestTokenAnswerSchema,
  installationSchema,
  joinAnswerSchema,
  lobbyAnswerSchema,
  openMeetingAnswerSchema,
  type GuestTokenAnswer,
  type Installation,
  type JoinAnswer,
  type JoinRequest,
  type LobbyAnswer,
  type OpenMeetingAnswer,
} from "@sotto/protocol";
import type { Schema } from "../Schema.ts";
import { SottoError } from "../SottoError.ts";

interface Call<T> {
  method: "GET" | "POST";
  path: string;
  token?: string;
  body?: unknown;
  schema: Schema<T>;
  signal?: AbortSignal | undefined;
}

const timeoutMs = 15_000;

/** The installation's HTTP API for pages. Every method throws a {@link SottoError}, or the signal's reason when aborted. */
export class SottoApi {
  readonly #origin: string;
  readonly #fetch: typeof fetch;

  /** `origin`: such as `https://meet.example.org`. `options.fetch`: another `fetch`, for Node with a cookie jar. */
  constructor(origin: string, options: { readonly fetch?: typeof fetch | undefined } = {}) {
    this.#origin = new URL(origin).origin;
    this.#fetch = options.fetch ?? ((input, init) => fetch(input, init));
  }

  /** What the landing page needs to know of the installation. */
  installation(): Promise<Installation> {
    return this.#call({ method: "GET", path: "/api/installation", schema: installationSchema });
  }

  /** Opens a meeting as a guest; the token is the host's. `guests_disabled` where the operator does not allow it. */
  openMeeting(request: { readonly title?: string } = {}): Promise<OpenMeetingAnswer> {
    return this.#call({ method: "POST", path: "/api/meetings", body: request, schema: openMeetingAnswerSchema });
  }

  /** A join token for a meeting that a guest opened. `room_not_found` when there is none. */
  guestToken(roomId: string): Promise<GuestTokenAnswer> {
    const path = `/api/meetings/${encodeURIComponent(roomId)}/tokens`;
    return this.#call({ method: "POST", path, body: {}, schema: guestTokenAnswerSchema });
  }

  /** What the lobby shows. Does not use the token up; `token_used` when somebody did. */
  lobby(token: string): Promise<LobbyAnswer> {
    return this.#call({ method: "GET", path: "/api/lobby", token, schema: lobbyAnswerSchema });
  }

  /** Joins: uses the token up, or with no token the resume cookie. `Meeting.join` does this and everything after it. */
  join(request: JoinRequest, options: { token?: string | undefined; signal?: AbortSignal | undefined }) {
    return this.#call<JoinAnswer>({
      method: "POST",
      path: "/api/join",
      body: request,
      schema: joinAnswerSchema,
      signal: options.signal,
      ...(options.token === undefined ? {} : { token: options.token }),
    });
  }

  async #call<T>({ method, path, token, body, schema, signal }: Call<T>): Promise<T> {
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
    if (!parsed.success) throw SottoError.serverUnreachable(parsed.error);
    return parsed.data;
  }
}

/** `{ error: { code, message } }`, with codes of newer servers too. */
function errorShape(answer: unknown): { code: string; message: string } | null {
  const { error } = (answer ?? {}) as { error?: { code?: unknown; message?: unknown } };
  if (typeof error?.code !== "string" || typeof error.message !== "string") return null;
  return { code: error.code, message: error.message };
}
