import { createHmac, randomBytes } from "node:crypto";
import { SottoApi } from "@sotto/client";
import { CookieJar, type ManagementApi } from "@sotto/dev-env";
import type { JoinAnswer } from "@sotto/protocol";

/** A room id that nobody has used before. */
export function newRoomId(): string {
  return `proof-${randomBytes(8).toString("hex")}`;
}

/** A word that occurs nowhere by chance. */
export function canary(what: string): string {
  return `${what}-${randomBytes(12).toString("hex")}`;
}

export interface RoomOptions {
  roomId?: string;
  title?: string;
  /** Whether media and chat are end-to-end encrypted, with a key that the server makes unless there is a passphrase. */
  encrypted: boolean;
  passphrase?: boolean;
  waitingRoom?: boolean;
  /** Whether there are statistics of it. */
  analytics?: boolean;
  /** Where webhooks about it go, besides where the installation sends all of them. */
  webhookUrl?: string;
  /** What ordinary participants may not, such as `lock_webcam`. */
  locks?: Readonly<Record<string, boolean>>;
}

export async function createRoom(
  management: ManagementApi,
  {
    roomId = newRoomId(),
    title = "A proof",
    encrypted,
    passphrase = false,
    waitingRoom = false,
    analytics = false,
    webhookUrl = "",
    locks = {},
  }: RoomOptions,
): Promise<string> {
  const room_features = {
    end_to_end_encryption_features: {
      is_enabled: encrypted,
      enabled_self_insert_encryption_key: passphrase,
    },
    enable_analytics: analytics,
    ...(waitingRoom && { waiting_room_features: { is_active: true } }),
  };
  await management.demand("/room/create", {
    room_id: roomId,
    metadata: { room_title: title, room_features, default_lock_settings: locks, webhook_url: webhookUrl },
  });
  return roomId;
}

export interface Person {
  name?: string;
  isHost?: boolean;
}

/** A join token from the management API. */
export async function newToken(
  management: ManagementApi,
  roomId: string,
  { name = "A proof", isHost = false }: Person = {},
): Promise<string> {
  const user_info = { name, user_id: randomBytes(8).toString("hex"), is_admin: isHost };
  const { token } = await management.demand("/room/getJoinToken", { room_id: roomId, user_info });
  return String(token);
}

export function newSenderNonce(): string {
  return randomBytes(16).toString("base64url");
}

/** `POST /api/join` as a page does it, and nothing after it. `cookies` get the resume cookie. */
export function join(origin: string, token: string, cookies = new CookieJar()): Promise<JoinAnswer> {
  return new SottoApi(origin, { fetch: cookies.fetch }).join({ senderNonce: newSenderNonce() }, { token });
}

/** The same token, signed again with other claims. */
export function resign(token: string, apiSecret: string, change: Record<string, unknown>): string {
  const [, payload = ""] = token.split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
  return signHs256({ ...claims, ...change }, apiSecret);
}

/** A JWT that is signed with HMAC-SHA-256. */
export function signHs256(claims: object, secret: string): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const body = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${body}.${createHmac("sha256", secret).update(body).digest("base64url")}`;
}
