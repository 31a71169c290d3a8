import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { findChromium } from "@sotto/dev-env/launchChromium";
import { expect, it, vi } from "vitest";
import { launchBrowser } from "./launchBrowser.ts";

/** Which no process of this machine has by chance. */
const canary = `SU${"CANARY".repeat(9)}`;

it("gives a worker's Chromium nothing of its environment, and has it encrypt at an address inside the network", async () => {
  vi.stubEnv("SOTTO_WORKER_SEED", canary);
  const before = new Set(processes());
  await using browser = await launchBrowser({ executablePath: findChromium(), origin: "http://meet.internal:8080" });
  vi.unstubAllEnvs();
  const page = await browser.newPage();
  await page.route("**", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html>" }));
  const isSecure = async (address: string) => {
    await page.goto(address);
    return page.evaluate("isSecureContext && 'subtle' in crypto");
  };
  expect(await isSecure("http://meet.internal:8080/recorder")).toBe(true);
  expect(await isSecure("http://other.internal:8080/")).toBe(false);

  const started = processes().filter((pid) => !before.has(pid));
  const environments = started.flatMap((pid) => environmentOf(pid) ?? []);
  // Where the system shows the environment of processes at all.
  expect(environments.some((each) => each.includes("PATH="))).toBe(existsSync("/proc/self/environ"));
  for (const environment of environments) expect(environment).not.toContain(canary);
});

function processes(): number[] {
  return execFileSync("ps", ["-A", "-o", "pid="], { encoding: "utf8" }).trim().split(/\s+/).map(Number);
}

/** Null of a process that is gone, or another person's. */
function environmentOf(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    return null;
  }
}
