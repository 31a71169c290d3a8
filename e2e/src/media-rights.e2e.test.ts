import { servePage, startStack, type ServedPage, type Stack } from "@sotto/dev-env";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { joinRaw, RawHost } from "./support/RawHost.ts";

/** What hosts order, on tracks that a real browser publishes to the real SFU with LiveKit's own client. */

let stack: Stack;
let served: ServedPage;
beforeAll(async () => {
  [stack, served] = await Promise.all([startStack(), servePage(new URL("pages/publisher.ts", import.meta.url))]);
});
afterAll(async () => {
  await stack.stop();
  await served[Symbol.asyncDispose]();
});

type Source = Parameters<typeof publisher.publish>[0];
const waiting = { timeout: 20_000, interval: 100 };

async function publisherOf({ url, token }: { url: string; token: string }) {
  const page = await (await stack.browser()).newPage();
  await page.goto(served.url);
  await page.waitForFunction(() => "publisher" in globalThis);
  await page.evaluate((at) => publisher.connect(at.url, at.token), { url, token });
  return {
    publish: (source: Source) => page.evaluate((what) => publisher.publish(what), source),
    published: () => page.evaluate(() => publisher.published()),
    events: () => page.evaluate(() => publisher.events),
    unmute: () => page.evaluate(() => publisher.unmute("microphone")),
  };
}

/** Sources of what the SFU has of somebody, those that are muted with an `m`, as the management API tells it. */
async function atSfu(roomId: string, name: string): Promise<string[]> {
  const { room } = (await stack.management.demand("/room/getActiveRoomInfo", { room_id: roomId })) as unknown as {
    room: { participants_info: { name: string; tracks: { source: string; muted: boolean }[] }[] };
  };
  const tracks = room.participants_info.find((each) => each.name === name)?.tracks ?? [];
  return tracks.map(({ source, muted }) => (muted ? `${source} m` : source)).toSorted();
}

test("what is not allowed any more is taken down, muted or not taken up again", async () => {
  const roomId = await stack.createRoom({ roomId: "rights", features: { allow_view_other_users_list: true } });
  using grace = await RawHost.enter(stack, roomId);
  const ben = await joinRaw(stack, roomId, { name: "Ben" });
  const page = await publisherOf(ben.media!);
  const everybody = { participantId: null } as const;
  const lock = (name: "lock_webcam" | "lock_screen_sharing", locked: boolean) =>
    grace.moderate({ action: "lock", lock: name, locked, ...everybody });
  const now = () => atSfu(roomId, "Ben");

  expect(await page.publish("camera")).toBe("published");
  expect(await page.publish("microphone")).toBe("published");
  expect(await page.publish("screen_share")).not.toBe("published");
  await lock("lock_screen_sharing", false);
  expect(await page.publish("screen_share")).toBe("published");
  await vi.waitFor(async () => expect(await now()).toEqual(["CAMERA", "MICROPHONE", "SCREEN_SHARE"]), waiting);

  // Muted: the page follows, and its owner may unmute.
  await grace.moderate({ action: "stop", source: "microphone", ...everybody });
  await vi.waitFor(async () => expect(await page.published()).toContain("microphone m"), waiting);
  expect(await now()).toContain("MICROPHONE m");
  await page.unmute();
  await vi.waitFor(async () => expect(await now()).toContain("MICROPHONE"), waiting);

  // Taken down, and may be put up again.
  await grace.moderate({ action: "stop", source: "screen_share", ...everybody });
  await vi.waitFor(async () => expect(await page.events()).toContain("unpublished screen_share"), waiting);
  await vi.waitFor(async () => expect(await now()).toEqual(["CAMERA", "MICROPHONE"]), waiting);
  expect(await page.publish("screen_share")).toBe("published");

  // Locked: gone, and refused.
  await lock("lock_webcam", true);
  await vi.waitFor(async () => expect(await page.events()).toContain("unpublished camera"), waiting);
  await vi.waitFor(async () => expect(await now()).not.toContain("CAMERA"), waiting);
  expect(await page.publish("camera")).not.toBe("published");
  expect(await now()).not.toContain("CAMERA");
  await lock("lock_webcam", false);
  expect(await page.publish("camera")).toBe("published");
  await vi.waitFor(async () => expect(await now()).toContain("CAMERA"), waiting);
});
