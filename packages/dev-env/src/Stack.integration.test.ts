import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { startStack } from "./startStack.ts";

/** Command lines of the running programs that work on a folder: control planes and engines name it, and its guard. */
function programsOf(folder: string): string[] {
  const { stdout } = spawnSync("ps", ["-eo", "args"], { encoding: "utf8" });
  return stdout.split("\n").filter((line) => line.includes(folder));
}

async function isLeft(folder: string): Promise<string[]> {
  for (let waitedMs = 0; waitedMs < 15_000; waitedMs += 100) {
    if (programsOf(folder).length === 0 && !existsSync(folder)) return [];
    await delay(100);
  }
  return [...programsOf(folder), ...(existsSync(folder) ? [folder] : [])];
}

it("boots a meeting for people in Node, and leaves nothing", async () => {
  const stack = await startStack();
  const { folder } = stack;
  expect(programsOf(folder).some((line) => line.includes("nats-server"))).toBe(true);
  expect(programsOf(folder).some((line) => line.includes("livekit-server"))).toBe(true);
  expect((await fetch(`${stack.origin}/healthCheck`)).ok).toBe(true);

  const ada = await stack.headlessClient({ name: "Ada", host: true });
  const bob = await stack.headlessClient({ name: "Bob" });
  await expect.poll(() => ada.participants.get().map(({ name }) => name)).toEqual(["Ada", "Bob"]);
  await ada.chat.send("Hello");
  await expect.poll(() => bob.chat.messages.get().map(({ text }) => text)).toEqual(["Hello"]);

  await stack.stop();
  expect(programsOf(folder)).toEqual([]);
  expect(existsSync(folder)).toBe(false);
});

it("boots two control planes that are one installation", async () => {
  await using stack = await startStack({ nodes: 2 });
  const token = await stack.newJoinToken({ name: "Ada" });
  const ada = await stack.headlessClient({ token, node: 0 });
  await expect(stack.headlessClient({ token, node: 1 })).rejects.toMatchObject({ code: "token_used" });
  await stack.headlessClient({ name: "Bob", node: 1 });
  await expect.poll(() => ada.participants.get().map(({ name }) => name)).toEqual(["Ada", "Bob"]);
  const { rooms } = await stack.managementOf(1).demand("/room/getActiveRoomsInfo");
  expect(rooms).toHaveLength(1);
});

it("opens a meeting as a guest does", async () => {
  await using stack = await startStack({ config: { guests: { mayOpenMeetings: true } } });
  const { token } = await stack.openMeeting("Tea");
  const host = await stack.headlessClient({ token, name: "Ada" });
  expect(host.info).toMatchObject({ name: "Ada", e2eeModel: "server", room: { title: "Tea" } });
  expect(host.standing.get().role).toBe("host");
});

it("says why when the control plane does not start", async () => {
  await expect(startStack({ config: { server: { port: -1 } } })).rejects.toThrow("server.port");
});

it("leaves nothing when the test's process is killed", async () => {
  const module = JSON.stringify(join(import.meta.dirname, "startStack.ts"));
  const program = `const { startStack } = await import(${module});
    console.log((await startStack()).folder);
    setInterval(() => {}, 1000);`;
  const test = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [output] = (await test.stdout.take(1).toArray()) as [Buffer];
  const folder = output.toString().trim();
  expect(programsOf(folder).length).toBeGreaterThan(2);
  test.kill("SIGKILL");
  expect(await isLeft(folder)).toEqual([]);
});
