import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { Kvm } from "@nats-io/kv";
import { connect } from "@nats-io/transport-node";
import Fastify from "fastify";
import { jwtVerify, SignJWT } from "jose";

/*
 * The least that answers create, getJoinToken and join as an API must: signed requests, a room that is written once, a token
 * for one person, used once and by one of all callers. Fastify, jose and NATS KV as their documentation shows them. Run by
 * BareApi.ts with the address of a nats-server and a secret.
 */
const [natsUrl = "", secret = ""] = process.argv.slice(2);
const key = new TextEncoder().encode(secret);
const kvm = new Kvm(await connect({ servers: natsUrl }));
const [rooms, used, people] = await Promise.all(
  ["rooms", "used", "people"].map((name) => kvm.create(name, { storage: "memory" })),
);
if (!rooms || !used || !people) throw new Error("there are no buckets");

const http = Fastify();
http.removeAllContentTypeParsers();
http.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));

function signedBody(body: unknown, signature: unknown): Record<string, string> {
  const expected = createHmac("sha256", secret)
    .update(body as Buffer)
    .digest();
  if (!timingSafeEqual(expected, Buffer.from(String(signature), "hex"))) throw new Error("not signed");
  return JSON.parse(String(body)) as Record<string, string>;
}

http.post("/auth/room/create", async ({ body, headers }) => {
  const { room_id = "" } = signedBody(body, headers["hash-signature"]);
  const exists = (await rooms.get(room_id)) !== null;
  // Somebody else may make it first.
  if (!exists) await rooms.create(room_id, JSON.stringify({ room_id, createdAt: Date.now() })).catch(() => 0);
  return { status: true };
});

http.post("/auth/room/getJoinToken", async ({ body, headers }) => {
  const { room_id = "" } = signedBody(body, headers["hash-signature"]);
  if ((await rooms.get(room_id)) === null) throw new Error("no such room");
  const token = new SignJWT({ room_id, jti: randomUUID() }).setProtectedHeader({ alg: "HS256" });
  return { status: true, token: await token.setIssuedAt().setExpirationTime("10m").sign(key) };
});

http.post("/api/join", async ({ headers }) => {
  const { payload } = await jwtVerify(String(headers.authorization).slice("Bearer ".length), key);
  const room = await rooms.get(String(payload["room_id"]));
  if (room === null) throw new Error("no such room");
  await used.create(String(payload.jti), "1");
  const participantId = randomUUID();
  await people.create(`${String(payload["room_id"])}.${participantId}`, JSON.stringify({ participantId }));
  return { participantId, room: room.json() };
});

await http.listen({ host: "127.0.0.1", port: 0 });
console.log(http.listeningOrigin);
