import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fakeSpeech, hasSpeech } from "@sotto/dev-env/fakeSpeech";
import { findChromium, launchChromium } from "@sotto/dev-env/launchChromium";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { enter } from "../../testing/enter.ts";
import { eventually } from "../../testing/eventually.ts";
import { host } from "../../testing/passphraseRooms.ts";
import { startTestServer, type TestServer } from "../../testing/startTestServer.ts";
import { TestJobs } from "../../testing/TestJobs.ts";
import { startTranscriber } from "./testing/startTranscriber.ts";

const jobs = new TestJobs();
/** Of "go forward ten meters", what is understood every time, after Opus and whatever a browser does to a voice. */
const words = /forward ten meters/;
const waiting = { timeout: 60_000, interval: 200 };
const folder = mkdtempSync(join(tmpdir(), "sotto-captions-"));
const builtPage = resolve(import.meta.dirname, "../../../../web/dist");

describe.runIf(hasSpeech)("captions of what is really said", () => {
  let server: TestServer;
  let speaking: Browser;
  beforeAll(async () => {
    [server, speaking] = await Promise.all([
      startTestServer({ webDir: builtPage }, { jobs }),
      launchChromium({ args: [fakeSpeech(folder)] }),
    ]);
  }, 120_000);
  afterAll(async () => {
    await speaking?.close();
    await server?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  /** Somebody at the real page whose microphone says the same words again and again. */
  async function speaker(roomId: string, name: string): Promise<Page> {
    const token = await server.joinToken(roomId, { name, user_id: name });
    const context = await speaking.newContext({ baseURL: server.origin, locale: "en-US", reducedMotion: "reduce" });
    const page = await context.newPage();
    await page.goto(`/?access_token=${token}`);
    await page.getByRole("button", { name: "Turn camera off" }).click();
    await page.getByRole("img", { name: "Microphone level" }).waitFor();
    await page.getByRole("button", { name: "Join now" }).click();
    await page.getByRole("toolbar", { name: "Meeting controls" }).waitFor();
    return page;
  }
  /** What somebody with captions on can read of a person now. */
  async function read(page: Page, name: string): Promise<string> {
    const lines = await page.getByRole("log", { name: "Captions" }).locator("p").allTextContents();
    return lines.filter((line) => line.startsWith(`${name}: `)).join("\n");
  }
  const transcript = async (sessionId: string) =>
    (await server.context.artifacts.ofSession(sessionId, "TRANSCRIPT"))?.content ?? "";

  it("reach whoever wants to read them, of whoever agreed and of nobody else, sealed", async () => {
    const roomId = await server.createRoom({
      end_to_end_encryption_features: { is_enabled: true },
      insights_features: { is_allow: true, transcription_features: { is_allow: true, is_keep_transcript: true } },
    });
    const [ada, ben] = await Promise.all([speaker(roomId, "Ada"), speaker(roomId, "Ben")]);
    const grace = await enter(server, roomId, { ...host, name: "Grace", user_id: "grace" });
    await grace.call("service", JSON.stringify({ service: "transcription", action: "start" }));
    const jobId = await eventually(async () => {
      const room = await server.context.sessions.room(roomId);
      const run = room?.services.transcription;
      return run && "jobId" in run ? run.jobId : undefined;
    });
    await grace.call("guarded", JSON.stringify({ service: "transcription", jobId }));
    await ada.getByRole("button", { name: "I agree" }).click();
    await ben.getByRole("button", { name: "Do not transcribe me" }).click();
    await eventually(() => jobs.started.some((job) => job.jobId === jobId));
    await using transcriber = await startTranscriber({
      origin: server.origin,
      token: await server.context.services.tokenFor(jobId),
      chromium: findChromium(),
    });
    jobs.report(jobId, "running");

    // Off until somebody wants them.
    const show = ben.getByRole("button", { name: "Show captions" });
    await show.waitFor();
    expect(await ben.getByRole("region", { name: "Captions" }).count()).toBe(0);
    await show.click();
    await expect.poll(() => read(ben, "Ada"), waiting).toMatch(words);
    // Both microphones say the same, and Ben's has said it for as long: the transcript has everything that was heard.
    await expect.poll(() => transcript(grace.sid), waiting).toMatch(/<v Ada>.*forward ten meters/);
    expect(await transcript(grace.sid)).not.toContain("<v Ben>");
    expect(await read(ben, "Ben")).toBe("");
    expect(server.logs() + transcriber.logs()).not.toContain("forward");

    // The same microphone, once its owner agrees.
    await ben.getByRole("button", { name: /^Transcribing since/ }).click();
    await ben.getByText("Transcribe me too").click();
    await ben.keyboard.press("Escape");
    await expect.poll(() => read(ben, "Ben"), waiting).toMatch(words);
  });
});
