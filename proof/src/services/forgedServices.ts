import { hkdfSync, randomBytes, randomUUID } from "node:crypto";
import { errorBodySchema, type JoinAnswer } from "@sotto/protocol";
import { newSenderNonce, newToken, resign, signHs256 } from "../rooms.ts";
import type { ManagementApi } from "@sotto/dev-env";

export interface Target {
  origin: string;
  management: ManagementApi;
  apiKey: string;
  apiSecret: string;
  roomId: string;
  sessionId: string;
}

/** Joins as a service with tokens that whoever has the API secret can make; gives what came of each, by its name. */
export async function joinAsForgedService(target: Target): Promise<Record<string, string>> {
  const { origin, management, apiKey, apiSecret, roomId, sessionId } = target;
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: apiKey,
    sub: "recorder",
    name: "Recording",
    service: "recording",
    sid: sessionId,
    room_id: roomId,
    job: randomBytes(16).toString("base64url"),
    nbf: now,
    exp: now + 60,
  };
  const derived = (purpose: string) =>
    Buffer.from(hkdfSync("sha256", apiSecret, "", purpose, 32)).toString("base64url");
  const sign = (secret: string, more: object = {}) => signHs256({ ...claims, jti: randomUUID(), ...more }, secret);
  const tokens: Record<string, string> = {
    "with a key made of the API secret": sign(derived("sotto/service-token")),
    "with an empty secret": sign(""),
    "without an algorithm": `${sign("").split(".").slice(0, 2).join(".")}.`,
    "a join token that says it is a service": resign(await newToken(management, roomId), apiSecret, claims),
    "with the API secret": sign(apiSecret),
  };
  const outcomes: Record<string, string> = {};
  for (const [name, token] of Object.entries(tokens)) outcomes[name] = await join(origin, token);
  return outcomes;
}

/** The code of the refusal, or what was let in: a person who gets no key is one like any other who has none. */
async function join(origin: string, token: string): Promise<string> {
  const response = await fetch(`${origin}/api/join`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ senderNonce: newSenderNonce() }),
  });
  const body: unknown = await response.json();
  if (!response.ok) return errorBodySchema.parse(body).error.code;
  const { e2ee, role } = body as JoinAnswer;
  const hasKey = "secret" in e2ee || "epochs" in e2ee;
  return `let in as a ${role} ${hasKey ? "WITH A KEY" : "without a key"}`;
}
