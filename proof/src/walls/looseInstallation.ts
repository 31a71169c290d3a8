import { fileURLToPath } from "node:url";
import { enginesOf, startStack } from "@sotto/dev-env";
import { join } from "node:path";
import type { Place } from "./Seat.ts";

const hooks = fileURLToPath(new URL("looseGrants.mjs", import.meta.url));

/** Starts an installation of the obvious design (see `looseGrants.mjs`), for as long as `act` runs. */
export async function withLooseGrants<T>(act: (place: Place) => Promise<T>): Promise<T> {
  await using stack = await startStack({ environment: { NODE_OPTIONS: `--import=${hooks}` } });
  const { websocketUrl } = enginesOf(join(stack.folder, "node-1")).nats;
  return await act({ origin: stack.origin, management: stack.management, websocketUrl });
}
