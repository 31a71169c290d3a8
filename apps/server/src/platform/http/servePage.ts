import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";

const yearSeconds = 31_536_000;

/** The built page: `/` and `/m/<roomId>` are index.html, `/recorder` is what recorders open, and files whose names hold a hash are kept for ever. */
export async function servePage(http: FastifyInstance, webDir: string): Promise<void> {
  if (!existsSync(join(webDir, "index.html"))) {
    const missing = "The page is not built. Build it with: npm run build --workspace @sotto/web\n";
    http.get("/", (_request, reply) => reply.code(503).type("text/plain").send(missing));
    return;
  }
  await http.register(fastifyStatic, {
    root: webDir,
    index: false,
    wildcard: true,
    cacheControl: false,
    dotfiles: "ignore",
    setHeaders: (reply, path) => {
      const hashed = path.startsWith(join(webDir, "assets"));
      reply.header("cache-control", hashed ? `public, max-age=${yearSeconds}, immutable` : "no-cache");
    },
  });
  http.get("/recorder", (_request, reply) => reply.sendFile("recorder.html"));
  for (const path of ["/", "/m/:roomId"]) http.get(path, (_request, reply) => reply.sendFile("index.html"));
}
