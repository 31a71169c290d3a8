import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { webhookBodySchema, type WebhookBody } from "@sotto/protocol";
import { verifyHs256 } from "../platform/jwt/hs256.ts";

/** What an integrator's server answers: a status, or nothing at all. */
type Answer = (body: WebhookBody) => number | "nothing";

export interface WebhookTarget extends AsyncDisposable {
  url: string;
  /** Everything that came, however it was answered. */
  attempts: WebhookBody[];
  /** What was taken, with status 200. */
  taken: WebhookBody[];
  /** From now on; at first everything is taken. */
  answerWith(answer: Answer): void;
}

/** An integrator's server, which takes nothing that is not signed right or not in the protocol's shape. */
export async function startWebhookTarget({ secret }: { secret: () => string }): Promise<WebhookTarget> {
  const attempts: WebhookBody[] = [];
  const taken: WebhookBody[] = [];
  let answer: Answer = () => 200;
  const take = (sent: string, token: string | undefined, response: ServerResponse) => {
    const sha256 = createHash("sha256").update(sent).digest("base64");
    const verified = verifyHs256(token ?? "", secret(), Date.now());
    if (!verified.ok || verified.claims["sha256"] !== sha256) return response.writeHead(401).end();
    const body = webhookBodySchema.parse(JSON.parse(sent));
    attempts.push(body);
    const status = answer(body);
    if (status === "nothing") return response;
    if (status === 200) taken.push(body);
    return response.writeHead(status).end();
  };
  const server = createServer((request, response) => {
    const { authorization, "hash-token": hashToken, "content-type": type } = request.headers;
    if (authorization !== hashToken || type !== "application/webhook+json") response.writeHead(400).end();
    else void text(request).then((body) => take(body, authorization, response));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?token=an-integrators-secret`,
    attempts,
    taken,
    answerWith(next) {
      answer = next;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
