import { createHmac } from "node:crypto";
import { signHs256 } from "../../rooms.ts";

export interface Claims {
  sub: string;
  iss: string;
  exp: number;
  video: Record<string, unknown>;
}

export interface TokenChange {
  name: string;
  change: (claims: Claims, victim: { identity: string; otherRoom: string }) => object;
}

/** What somebody would write into their own media token. */
export const changes: readonly TokenChange[] = [
  { name: "nothing", change: (claims) => claims },
  video("every source", () => ({ canPublish: true, canPublishSources: [] })),
  video("the camera", () => ({ canPublishSources: ["camera", "microphone"] })),
  video("data", () => ({ canPublishData: true })),
  video("metadata", () => ({ canUpdateOwnMetadata: true })),
  video("another room", ({ otherRoom }) => ({ room: otherRoom })),
  video("every room", () => ({ room: "" })),
  video("administration of the room", () => ({ roomAdmin: true })),
  video("the list of rooms", () => ({ roomList: true })),
  video("making rooms", () => ({ roomCreate: true })),
  video("recording", () => ({ roomRecord: true, recorder: true })),
  video("being hidden", () => ({ hidden: true })),
  video("being an agent", () => ({ agent: true, kind: "agent" })),
  { name: "the victim's identity", change: (claims, { identity }) => ({ ...claims, sub: identity }) },
  { name: "a name", change: (claims) => ({ ...claims, name: "the host" }) },
  { name: "metadata of one's own", change: (claims) => ({ ...claims, metadata: "{}", attributes: { role: "host" } }) },
  { name: "a later end", change: (claims) => ({ ...claims, exp: claims.exp + 1_000_000 }) },
  { name: "another key's name", change: (claims) => ({ ...claims, iss: "devkey" }) },
  { name: "an empty key's name", change: (claims) => ({ ...claims, iss: "" }) },
];

function video(name: string, change: (victim: { identity: string; otherRoom: string }) => object): TokenChange {
  return { name, change: (claims, victim) => ({ ...claims, video: { ...claims.video, ...change(victim) } }) };
}

/** How somebody without the secret signs. */
export const forgeries: readonly (readonly [name: string, sign: (claims: object, original: string) => string])[] = [
  ["with the old signature", (claims, original) => `${headOf("HS256")}.${part(claims)}.${original.split(".")[2]}`],
  ["with a secret of one's own", (claims) => signHs256(claims, "x".repeat(48))],
  ["with an empty secret", (claims) => signHs256(claims, "")],
  ["with no algorithm", (claims) => `${headOf("none")}.${part(claims)}.`],
  [
    "with another algorithm",
    (claims) => `${headOf("RS256")}.${part(claims)}.${createHmac("sha256", "x").update("x").digest("base64url")}`,
  ],
  ["without a signature", (claims) => `${headOf("HS256")}.${part(claims)}.`],
];

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const headOf = (alg: string) => part({ alg, typ: "JWT" });

export function claimsOf(token: string): Claims {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Claims;
}
