import type { FastifyInstance } from "fastify";
import type { Context } from "../../context.ts";
import type { RpcRouter } from "../../platform/nats/RpcRouter.ts";
import { FileStore } from "./FileStore.ts";
import { FileTokens } from "./FileTokens.ts";
import { fileRoutes } from "./routes.ts";
import { fileRpc } from "./rpc.ts";

/** Files in the chat: asked for over NATS, brought and fetched over HTTP. */
export async function serveFiles(http: FastifyInstance, router: RpcRouter, context: Context): Promise<void> {
  const parts = { store: new FileStore(context), tokens: new FileTokens(context.secrets.tokens) };
  await fileRoutes(http, context, parts);
  fileRpc(router, context, parts);
}
