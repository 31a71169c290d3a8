import { join } from "node:path";
import { startStack } from "@sotto/dev-env";
import { prepare } from "../../tools/prepare.mjs";
import type { Installation } from "./Installation.ts";
import { fakeCaptureFlags } from "./media/fakeCapture.ts";

const emptyTimeoutSeconds = 10;

/** Builds what is not built yet, and starts an installation for these proofs alone, with two control planes that log as much as they can. */
export async function startOwnInstallation(): Promise<Installation & AsyncDisposable> {
  await prepare(new AbortController().signal);
  const stack = await startStack({
    nodes: 2,
    web: true,
    config: { guests: { emptyTimeoutSeconds }, log: { level: "debug" } },
  });
  const { management, apiKey, apiSecret } = stack;
  return {
    origin: stack.origin,
    browser: () => stack.browser({ args: fakeCaptureFlags(stack.folder) }),
    access: {
      integrator: { management, apiKey, apiSecret },
      dataFolders: [join(stack.folder, "node-1"), join(stack.folder, "node-2")],
      logs: () => stack.logs(),
      secondNode: stack.originOf(1),
      emptyTimeoutMs: emptyTimeoutSeconds * 1000,
    },
    [Symbol.asyncDispose]: () => stack.stop(),
  };
}
