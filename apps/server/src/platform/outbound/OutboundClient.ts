import { request as requestHttp, type IncomingMessage, type RequestOptions } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import type { AddressPolicy } from "./AddressPolicy.ts";
import { OutboundError } from "./OutboundError.ts";
import { resolveName, type ResolveName } from "./resolveName.ts";

interface OutboundClientOptions {
  policy: AddressPolicy;
  /** For everything: finding the address, connecting, sending, and the whole answer. */
  timeoutMs: number;
  resolve?: ResolveName;
}

interface OutboundPost {
  headers: Record<string, string>;
  body: string;
  signal: AbortSignal;
}

/** Whoever is called needs to say little; with more the connection is closed. */
const maxAnswerBytes = 64 * 1024;
const maxHeaderBytes = 16 * 1024;

/**
 * Calls servers that somebody else named. What it connects to is checked after the name was resolved and is what it
 * connects to: the name is resolved once. Redirects are answers like any other, certificates are verified, and an answer
 * is bounded in size and time.
 */
export class OutboundClient {
  readonly #policy: AddressPolicy;
  readonly #timeoutMs: number;
  readonly #resolve: ResolveName;

  constructor({ policy, timeoutMs, resolve = resolveName }: OutboundClientOptions) {
    this.#policy = policy;
    this.#timeoutMs = timeoutMs;
    this.#resolve = resolve;
  }

  /** Posts to an http or https address; gives the status. Throws OutboundError. */
  async post(url: URL, { headers, body, signal }: OutboundPost): Promise<number> {
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    const ended = AbortSignal.any([signal, timeout]);
    try {
      const addresses = await this.#addressesOf(url, ended);
      return await send(url, addresses, { headers, body, signal: ended });
    } catch (error) {
      throw timeout.aborted ? new OutboundError("timeout") : OutboundError.of(error);
    }
  }

  async #addressesOf({ hostname }: URL, signal: AbortSignal): Promise<string[]> {
    const literal = literalAddress(hostname);
    const found = literal === null ? await unlessAborted(this.#resolve(hostname, signal), signal) : [literal];
    if (found.length === 0) throw new OutboundError("name_not_found");
    const permitted = found.filter((address) => this.#policy.permits(address));
    if (permitted.length === 0) throw new OutboundError("address_not_allowed");
    return permitted;
  }
}

/** The address that a URL's host is, whose many spellings the URL's parser has made one; null for a name. */
export function literalAddress(hostname: string): string | null {
  const bare = hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
  return isIP(bare) === 0 ? null : bare;
}

function send(url: URL, addresses: readonly string[], { headers, body, signal }: OutboundPost): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const options: RequestOptions = {
    method: "POST",
    headers: { ...headers, "content-length": Buffer.byteLength(body) },
    agent: false,
    lookup: pinned(addresses),
    maxHeaderSize: maxHeaderBytes,
    signal,
  };
  const request =
    url.protocol === "https:"
      ? requestHttps(url, { ...options, rejectUnauthorized: true, minVersion: "TLSv1.2" })
      : requestHttp(url, options);
  let answered = false;
  request.on("response", (response) => {
    answered = true;
    void drained(response).then(resolve);
  });
  // With the status everything is said: what happens to the rest of the answer is no failure.
  request.on("error", (error) => answered || reject(error));
  request.on("close", () => answered || reject(new OutboundError("connection")));
  request.end(body);
  return promise;
}

/** The name was resolved before: sockets get those addresses and no others. */
function pinned(addresses: readonly string[]): LookupFunction {
  const answers = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_hostname, { all }, callback) => {
    const [first] = answers;
    if (all === true || first === undefined) callback(null, answers);
    else callback(null, first.address, first.family);
  };
}

/** Gives the status when the rest of the answer was read, or is more, or later, than anybody wants. */
async function drained(response: IncomingMessage): Promise<number> {
  const { statusCode = 0 } = response;
  let sizeBytes = 0;
  try {
    for await (const chunk of response) {
      sizeBytes += (chunk as Buffer).length;
      if (sizeBytes > maxAnswerBytes) break;
    }
  } catch {
    // The answer was given with the status.
  }
  return statusCode;
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  return Promise.race([work, promise]);
}
