import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startStack } from "@sotto/dev-env";
import { prepare } from "../../tools/prepare.mjs";
import { traceEngines } from "./canaries/engineTraces.ts";
import type { Installation } from "./Installation.ts";
import { WebhookListener } from "./webhooks/WebhookListener.ts";
import { fakeCaptureFlags } from "./media/fakeCapture.ts";

const emptyTimeoutSeconds = 10;

/**
 * Builds what is not built yet, and starts an installation for these proofs alone, with two control planes and engines
 * that log as much as they can.
 */
export async function startOwnInstallation(): Promise<Installation & AsyncDisposable> {
  await prepare(new AbortController().signal);
  await using cleanUp = new AsyncDisposableStack();
  const traceFolder = mkdtempSync(join(tmpdir(), "sotto-proof-"));
  cleanUp.defer(() => rmSync(traceFolder, { recursive: true }));
  // Nodes share the folder of files, as they must. It has the name that it has in a data folder.
  const sharedFolder = mkdtempSync(join(tmpdir(), "sotto-proof-files-"));
  cleanUp.defer(() => rmSync(sharedFolder, { recursive: true }));
  const webhooks = cleanUp.use(await WebhookListener.start());
  const stack = cleanUp.use(
    await startStack({
      nodes: 2,
      maliciousSfu: true,
      web: true,
      environment: traceEngines(traceFolder),
      config: {
        guests: { emptyTimeoutSeconds },
        files: { dir: join(sharedFolder, "blobs") },
        webhooks: { urls: [webhooks.url], allowedNetworks: ["127.0.0.1/32"] },
        log: { level: "debug" },
      },
    }),
  );
  const { management, apiKey, apiSecret } = stack;
  const owned = cleanUp.move();
  return {
    origin: stack.origin,
    browser: () => stack.browser({ args: fakeCaptureFlags(stack.folder) }),
    access: {
      integrator: { management, apiKey, apiSecret },
      dataFolders: [join(stack.folder, "node-1"), join(stack.folder, "node-2"), sharedFolder],
      logs: () => stack.logs(),
      engineTraces: traceFolder,
      webhooks,
      secondNode: stack.originOf(1),
      maliciousSfu: stack.maliciousSfu,
      ownMachine: true,
      emptyTimeoutMs: emptyTimeoutSeconds * 1000,
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
