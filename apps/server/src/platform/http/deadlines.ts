import type { FastifyInstance, FastifyRequest } from "fastify";

/** How long the head of a request may take to come in, and how often that is looked at. */
export const headMs = 10_000;
export const checkMs = 2_000;
/** How long a request may take to come in, unless its route says otherwise. */
const requestMs = 30_000;
/** How long one may take whose route takes big bodies (`config: { maxRequestMs }`). */
export const maxTransferMs = 30 * 60_000;
/** A transfer over which nothing comes or goes for this long is over. */
const idleTransferMs = 30_000;

declare module "fastify" {
  interface FastifyContextConfig {
    /** Milliseconds from the head of a request to the end of its body. */
    maxRequestMs?: number;
  }
}

/** Closes connections whose request does not come to its end. Node's own limit is the same for all routes. */
export function keepDeadlines(http: FastifyInstance): void {
  http.addHook("onRequest", async ({ raw, routeOptions }) => {
    if (raw.complete) return;
    const timer = setTimeout(() => {
      if (!raw.complete) raw.destroy();
    }, routeOptions.config.maxRequestMs ?? requestMs);
    raw.once("close", () => clearTimeout(timer));
  });
}

/** Closes the connection of a big transfer when its other side has fallen silent. */
export function closeWhenIdle({ raw }: FastifyRequest): void {
  raw.setTimeout(idleTransferMs, () => raw.destroy());
}
