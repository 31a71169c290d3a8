import { setTimeout as delay } from "node:timers/promises";
import { joinAnswerSchema, joinRequestSchema, mediaIdentity, type JoinAnswer } from "@sotto/protocol";
import { servePage, smallCamera, startStack, type ServedPage, type Stack } from "@sotto/dev-env";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { Meeting } from "../Meeting.ts";
import { openMeetingPage } from "../testing/openMeetingPage.ts";
import { sfuOf } from "../testing/sfuOf.ts";

/** Whom the real SFU sends our media to: subscribers that ask for everything, with tokens that grant it. */

let stack: Stack;
let served: ServedPage;
beforeAll(async () => {
  [stack, served] = await Promise.all([startStack(), servePage(new URL("../testing/meetingPage.ts", import.meta.url))]);
  await stack.browser({ args: [smallCamera(stack.folder)] });
});
afterAll(async () => {
  await stack.stop();
  await served[Symbol.asyncDispose]();
});

const waiting = { timeout: 20_000, interval: 100 };
const roomId = "webcams";
const newPage = async () => openMeetingPage(await stack.browser(), stack.origin, served);

async function join(name: string, host = false): Promise<Page> {
  const page = await newPage();
  const token = await stack.newJoinToken({ roomId, name, host });
  await page.evaluate((given) => meetingPage.join({ kind: "token", token: given }), token);
  return page;
}

interface Member {
  meeting: Meeting;
  /** Who they are to the SFU, and their way there. */
  identity: string;
  media: JoinAnswer["media"];
}

/** A member without media. */
async function memberOf(name: string): Promise<Member> {
  let identity = "";
  let media: JoinAnswer["media"] = null;
  const meeting = await Meeting.join({
    origin: stack.origin,
    credential: { kind: "token", token: await stack.newJoinToken({ roomId, name }) },
    media: null,
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      const answer = joinAnswerSchema.safeParse(await response.clone().json());
      if (!answer.success || typeof init?.body !== "string") return response;
      const { senderNonce } = joinRequestSchema.parse(JSON.parse(init.body));
      media = answer.data.media;
      identity = mediaIdentity(answer.data.participantId, senderNonce);
      return response;
    },
  });
  onTestFinished(() => meeting.leave());
  return { meeting, identity, media };
}

/** Connects to the SFU itself as `identity`, with all rights, and subscribes to everything. */
async function subscriber(sessionId: string, identity: string): Promise<Page> {
  const page = await newPage();
  const { url, token } = sfuOf(stack);
  const access = { url: url.replace("http", "ws"), token: await token(sessionId, identity) };
  await page.evaluate(({ url: to, token: given }) => meetingPage.subscribeToAll(to, given), access);
  return page;
}

/** What a subscriber got, as `<name> <source>`. */
async function receivedBy(page: Page, names: Record<string, string>): Promise<string[]> {
  const received = await page.evaluate(() => meetingPage.receivedInClear());
  return received.map((each) => each.replace(/^(\w*[^.]*)\.\S+/, (_, pid: string) => names[pid] ?? pid)).toSorted();
}

test("where nobody sees others' webcams, the SFU sends a participant's to hosts alone, whatever is asked of it", async () => {
  await stack.createRoom({ roomId, features: { allow_view_other_webcams: false } });
  const grace = await join("Grace", true);
  const ada = await join("Ada");
  const ben = await memberOf("Ben");
  const idOf = (page: Page) => page.evaluate(() => meetingPage.meeting!.info.participantId);
  const names = { [await idOf(grace)]: "Grace", [await idOf(ada)]: "Ada" };
  const { sessionId } = ben.meeting.info;
  const asBen = await subscriber(sessionId, ben.identity);
  const stranger = await subscriber(sessionId, "p_stranger00000000.n");

  const ofHost = ["Grace camera", "Grace microphone"];
  await vi.waitFor(async () => {
    expect(await receivedBy(asBen, names)).toEqual(["Ada microphone", ...ofHost]);
    expect(await receivedBy(stranger, names)).toEqual(ofHost);
  }, waiting);
  // The host sees what the others do not, so it is there.
  const camera = async () => {
    const tracks = await grace.evaluate(() => meetingPage.tracks());
    return tracks.find((track) => names[track.participantId] === "Ada" && track.source === "camera");
  };
  await vi.waitFor(async () => expect((await camera())?.frames).toBeGreaterThan(5), waiting);
  await delay(1_000);
  expect(await receivedBy(asBen, names)).toEqual(["Ada microphone", ...ofHost]);
  expect(await receivedBy(stranger, names)).toEqual(ofHost);

  await grace.evaluate((to) => meetingPage.meeting!.moderation.setRole(to, "host"), ben.meeting.info.participantId);
  const all = ["Ada camera", "Ada microphone", ...ofHost];
  await vi.waitFor(async () => expect(await receivedBy(asBen, names)).toEqual(all), waiting);
  await grace.evaluate(
    (to) => meetingPage.meeting!.moderation.setRole(to, "participant"),
    ben.meeting.info.participantId,
  );
  await vi.waitFor(async () => expect(await receivedBy(asBen, names)).toEqual(["Ada microphone", ...ofHost]), waiting);
});

test("the SFU answers what is asked of it after the guard, which is how it is known to be in force", async () => {
  const { media } = await memberOf("Cid");
  const page = await newPage();
  expect(await page.evaluate((to) => meetingPage.isGuardInForce(to.url, to.token), media!)).toBe(true);
});
