import { randomBytes } from "node:crypto";
import { joinAnswerSchema, type ErrorBody, type JoinAnswer } from "@sotto/protocol";
import type { TestServer } from "./startTestServer.ts";

export type JoinOutcome =
  | { ok: true; answer: JoinAnswer; cookie: string }
  | { ok: false; status: number; error: ErrorBody["error"] };

interface JoinAttempt {
  token?: string;
  cookie?: string;
  participantId?: string;
  name?: string;
  analytics?: boolean;
  headers?: Record<string, string>;
}

/** `POST /api/join` as a page does it; the answer is checked against the protocol. */
export async function tryJoin({ origin }: TestServer, attempt: JoinAttempt): Promise<JoinOutcome> {
  const { token, cookie, participantId, name, analytics, headers } = attempt;
  const response = await fetch(`${origin}/api/join`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(cookie !== undefined && { cookie }),
      ...headers,
    },
    body: JSON.stringify({ senderNonce: randomBytes(16).toString("base64url"), participantId, name, analytics }),
  });
  const body: unknown = await response.json();
  if (!response.ok) return { ok: false, status: response.status, ...(body as ErrorBody) };
  const [set = ""] = response.headers.getSetCookie();
  return { ok: true, answer: joinAnswerSchema.parse(body), cookie: set.split(";")[0] ?? "" };
}

/** Joins; throws where that is refused. */
export async function joinAs(
  server: TestServer,
  attempt: JoinAttempt,
): Promise<{ answer: JoinAnswer; cookie: string }> {
  const outcome = await tryJoin(server, attempt);
  if (!outcome.ok) throw new Error(`${outcome.status} ${outcome.error.code}: ${outcome.error.message}`);
  return outcome;
}
