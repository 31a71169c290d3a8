import { AuthorizationError, UserAuthenticationExpiredError, wsconnect, type NatsConnection } from "@nats-io/nats-core";
import { SottoError } from "../SottoError.ts";

/** Where and as whom to connect: the answer of `POST /api/join`. */
export interface MessageAddress {
  readonly url: string;
  readonly secret: string;
  readonly inboxPrefix: string;
  readonly sessionId: string;
  readonly participantId: string;
}

/** nats-server does not accept our secret: it was replaced, or we are not in the session any more. */
export class SecretRefused extends Error {
  override readonly name = "SecretRefused";
}

const connectTimeoutMs = 10_000;
const closeGraceMs = 300;

/**
 * One WebSocket to NATS, which does not reconnect. Throws {@link SecretRefused}, or a {@link SottoError}
 * (`server_unreachable`), or the signal's reason. Closing the socket gives it up without waiting for a peer that may be gone.
 */
export async function connectNats(
  { url, secret, sessionId, participantId }: MessageAddress,
  signal: AbortSignal,
): Promise<{ nats: NatsConnection; socket: WebSocket }> {
  signal.throwIfAborted();
  const socket = new WebSocket(url);
  const connecting = wsconnect({
    servers: url,
    user: `${sessionId}.${participantId}`,
    pass: secret,
    reconnect: false,
    ignoreClusterUpdates: true,
    timeout: connectTimeoutMs,
    pingInterval: 15_000,
    maxPingOut: 2,
    wsFactory: () => Promise.resolve({ socket, encrypted: socket.url.startsWith("wss:") }),
  });
  connecting.catch(() => undefined); // it may fail after the race
  const gone = Promise.withResolvers<never>();
  const abort = () => gone.reject(signal.reason);
  // nats-core waits for its timeout when the socket closes before a greeting, and tells why it was refused a moment
  // after the socket closed.
  const close = () => setTimeout(() => gone.reject(new Error("the socket was closed")), closeGraceMs);
  signal.addEventListener("abort", abort);
  socket.addEventListener("close", close);
  try {
    return { nats: await Promise.race([connecting, gone.promise]), socket };
  } catch (error) {
    socket.close();
    signal.throwIfAborted();
    if (error instanceof AuthorizationError || error instanceof UserAuthenticationExpiredError) {
      throw new SecretRefused("the connection secret is not accepted", { cause: error });
    }
    throw SottoError.serverUnreachable(error);
  } finally {
    signal.removeEventListener("abort", abort);
    socket.removeEventListener("close", close);
  }
}
