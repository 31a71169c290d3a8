import { createHmac } from "node:crypto";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, expect, it, onTestFinished } from "vitest";
import { secretsSchema } from "../config/Secrets.ts";
import { eventually } from "../testing/eventually.ts";
import { startWebhookTarget } from "../testing/startWebhookTarget.ts";

const folder = await mkdtemp(join(tmpdir(), "sotto-crash-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A control plane with its engines, in a process of its own; gives where it listens. */
async function startProcess(): Promise<{ child: ChildProcess; origin: string }> {
  const child = spawn(process.execPath, [resolve(import.meta.dirname, "../main.ts")], {
    env: {
      ...process.env,
      SOTTO_DATA_DIR: folder,
      SOTTO_SERVER_PORT: "0",
      SOTTO_LIVEKIT_UDP_PORT: "0",
      SOTTO_LIVEKIT_TCP_PORT: "0",
      SOTTO_WEBHOOKS_ALLOWED_NETWORKS: "127.0.0.1/32",
      SOTTO_WEBHOOKS_MAX_DELAY_SECONDS: "1",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  for await (const line of createInterface({ input: child.stdout })) {
    const origin = /^Sotto is ready at (\S+)/.exec(line)?.[1];
    if (origin !== undefined) return { child, origin };
  }
  throw new Error("it did not start");
}

const secrets = async () => secretsSchema.parse(JSON.parse(await readFile(join(folder, "secrets.json"), "utf8")));

it("a control plane that is killed with webhooks undelivered has them delivered when it is back", async () => {
  const first = await startProcess();
  const { api } = await secrets();
  await using target = await startWebhookTarget({ secret: () => api.secret });
  target.answerWith(() => 503);
  const metadata = { room_title: "A title", room_features: {}, webhook_url: target.url };
  const body = JSON.stringify({ room_id: "crash", metadata });
  const headers = { "API-KEY": api.key, "HASH-SIGNATURE": createHmac("sha256", api.secret).update(body).digest("hex") };
  const created = await fetch(`${first.origin}/auth/room/create`, { method: "POST", headers, body });
  expect(await created.json()).toMatchObject({ status: true });
  await eventually(() => target.attempts.length > 0);
  first.child.kill("SIGKILL");
  await once(first.child, "close");
  target.answerWith(() => 200);
  const before = target.attempts.at(-1);
  await startProcess();
  // What it had claimed is free again 25 seconds after that at the latest.
  await eventually(() => target.taken.length > 0, 45_000);
  expect(target.taken).toMatchObject([{ event: "room_created", id: before?.id, room: { room_id: "crash" } }]);
}, 90_000);
