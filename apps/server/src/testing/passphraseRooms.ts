import { randomBytes } from "node:crypto";
import { openSessionAnswerSchema, type ErrorBody, type JoinAnswer, type Opening } from "@sotto/protocol";
import type { ResumeTicket } from "../platform/http/resumeCookies.ts";
import { joinAs } from "./joinAs.ts";
import { passphraseFeatures, type TestServer } from "./startTestServer.ts";

export type Joined = Awaited<ReturnType<typeof joinAs>>;

/** A person for `joinToken` who may open and restart. */
export const host = { is_admin: true, name: "Grace" };

export function newPassphraseRoom(server: TestServer, settings: object = {}): Promise<string> {
  return server.createRoom(passphraseFeatures, settings);
}

/** Joins with a fresh token. */
export async function joinWith(server: TestServer, roomId: string, person: object = {}): Promise<Joined> {
  return joinAs(server, { token: await server.joinToken(roomId, person) });
}

/** What an opener's page sends, with random bytes: the server cannot tell. */
export function proof(): { openerSalt: string; check: string } {
  return { openerSalt: randomBytes(16).toString("base64url"), check: randomBytes(32).toString("base64url") };
}

interface Post {
  cookie: string;
  body: unknown;
  headers?: Record<string, string>;
}

/** Posts JSON, or text as it is; gives `200`, or status and error code, and the answer. */
export async function post(
  { origin }: TestServer,
  path: "/api/opening" | "/api/restart",
  { cookie, body, headers }: Post,
): Promise<{ outcome: string; answer: unknown }> {
  const response = await fetch(origin + path, {
    method: "POST",
    headers: { "content-type": "application/json", cookie, ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const answer: unknown = await response.json();
  return { outcome: response.ok ? "200" : `${response.status} ${(answer as ErrorBody).error.code}`, answer };
}

/** Opens the session; throws where that is refused. */
export async function open(server: TestServer, { answer, cookie }: Joined, given = proof()): Promise<Opening> {
  const { sessionId, participantId } = answer;
  const body = { sessionId, participantId, ...given };
  const opened = await post(server, "/api/opening", { cookie, body });
  if (opened.outcome !== "200") throw new Error(opened.outcome);
  return openSessionAnswerSchema.parse(opened.answer).opening;
}

/** `200`, or status and error code. */
export async function restart(server: TestServer, { answer, cookie }: Joined): Promise<string> {
  const { sessionId, participantId } = answer;
  return (await post(server, "/api/restart", { cookie, body: { sessionId, participantId } })).outcome;
}

export function passphraseOf({ e2ee }: JoinAnswer) {
  if (e2ee.model !== "passphrase") throw new Error(`not a room with a passphrase but ${e2ee.model}`);
  return e2ee;
}

export function ticketOf({ answer, cookie }: Joined): ResumeTicket {
  const [sessionId = "", token = ""] = (cookie.split("=")[1] ?? "").split(".");
  return { sessionId, participantId: answer.participantId, token };
}
