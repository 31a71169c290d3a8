import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { TemporaryFolder } from "./TemporaryFolder.ts";

it("is gone when it is disposed", async () => {
  const folder = new TemporaryFolder();
  writeFileSync(join(folder.path, "secrets.json"), "{}");
  await folder[Symbol.asyncDispose]();
  expect(existsSync(folder.path)).toBe(false);
});

it("is gone when its process was killed", async () => {
  const module = JSON.stringify(join(import.meta.dirname, "TemporaryFolder.ts"));
  const program = `const { TemporaryFolder } = await import(${module});
    console.log(new TemporaryFolder().path);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [output] = (await child.stdout.take(1).toArray()) as [Buffer];
  const path = output.toString().trim();
  expect(existsSync(path)).toBe(true);
  child.kill("SIGKILL");
  for (let waitedMs = 0; existsSync(path) && waitedMs < 5000; waitedMs += 50) await delay(50);
  expect(existsSync(path)).toBe(false);
});
