import { afterAll, beforeAll, expect, it } from "vitest";
import type { Stack } from "./Stack.ts";
import { startStack } from "./startStack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ web: true });
});
afterAll(() => stack.stop());

it("opens pages of several people, each with a profile and a fake camera of their own", async () => {
  const [ada, bob] = await Promise.all([stack.newPage("/"), stack.newPage("/")]);
  await ada.evaluate(() => localStorage.setItem("who", "ada"));
  expect(await bob.evaluate(() => localStorage.getItem("who"))).toBeNull();
  const cameras = await bob.evaluate(async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
    return stream.getTracks().map(({ kind, readyState }) => `${kind} ${readyState}`);
  });
  expect(cameras.toSorted()).toEqual(["audio live", "video live"]);
});

it("lets a page reach nothing but this machine", async () => {
  const page = await stack.newPage("/");
  const outcome = await page
    .context()
    .newPage()
    .then((other) => other.goto("https://example.com/").then(() => "reached", String));
  expect(outcome).toContain("ERR_NAME_NOT_RESOLVED");
});
