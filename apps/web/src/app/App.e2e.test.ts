import { startStack, type Stack } from "@sotto/dev-env";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { violationsOf } from "../test/violationsOf.ts";

/** The whole page against the real control plane and engines: the way from view to view. */
let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ web: true });
});
afterAll(() => stack.stop());

const visitor = { locale: "en-US", reducedMotion: "reduce" } as const;
const open = (path: string) => stack.newPage(path, visitor);

async function join(page: Page, name: string): Promise<void> {
  await page.getByRole("textbox", { name: "Your name" }).fill(name);
  await page.getByRole("button", { name: "Join now" }).click();
  await inMeeting(page);
}

const inMeeting = (page: Page) => page.getByRole("button", { name: "Leave" }).waitFor();

const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name }).waitFor();

describe("the start page", () => {
  it("loads nothing of media and encryption, and nothing from anywhere else", async () => {
    const browser = await stack.browser();
    const page = await (await browser.newContext(visitor)).newPage();
    const scripts: Promise<string>[] = [];
    const hosts = new Set<string>();
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("response", (response) => {
      hosts.add(new URL(response.url()).origin);
      if (response.url().endsWith(".js")) scripts.push(response.text());
    });
    await page.goto(stack.origin);
    await page.getByRole("button", { name: "Start a meeting" }).and(page.locator(":enabled")).waitFor();
    const code = (await Promise.all(scripts)).join("\n");
    expect(code).not.toMatch(/livekit|RTCPeerConnection\(/i);
    expect(code.length).toBeLessThan(700_000);
    expect([...hosts]).toEqual([stack.origin]);
    expect(complaints).toEqual([]);
  });

  it("is accessible as a whole, with its menu open too", async () => {
    const page = await open("/");
    await page.getByRole("button", { name: "Start a meeting" }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole("button", { name: "Appearance and language" }).press("Enter");
    await page.getByRole("menuitemradio", { name: "Dark" }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });

  it("keeps the chosen appearance and language over a reload", async () => {
    const page = await open("/");
    await page.getByRole("button", { name: "Appearance and language" }).click();
    await page.getByRole("menuitemradio", { name: "Dark" }).click();
    await page.getByRole("button", { name: "Appearance and language" }).click();
    await page.getByRole("menuitemradio", { name: "Deutsch" }).click();
    await page.getByRole("button", { name: "Besprechung starten" }).waitFor();
    await page.reload();
    await page.getByRole("button", { name: "Besprechung starten" }).waitFor();
    expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
    expect(await page.locator("html").getAttribute("lang")).toBe("de");
  });
});

describe("a meeting of guests", () => {
  it("goes start page, lobby, meeting, reload, goodbye, and back in by the lobby", async () => {
    const page = await open("/");
    await page.getByRole("button", { name: "Start a meeting" }).click();
    await page.waitForURL(/\/m\/[\w-]+$/);
    await page.getByText("You open this meeting as its host.").waitFor();
    await page.reload();
    await page.getByText("You open this meeting as its host.").waitFor();

    await join(page, "Ada");
    const seat = await page.evaluate(() => sessionStorage.getItem("sotto.seat"));
    await page.reload();
    await inMeeting(page);
    expect(JSON.parse((await page.evaluate(() => sessionStorage.getItem("sotto.seat"))) ?? "{}")).toMatchObject({
      participantId: (JSON.parse(seat ?? "{}") as { participantId: string }).participantId,
    });

    await page.goBack();
    await page.getByRole("button", { name: "Start a meeting" }).waitFor();
    await page.goForward();
    expect(await page.getByRole("textbox", { name: "Your name" }).inputValue()).toBe("Ada");
  });

  it("lets a second tab take the seat, and the first one take it back", async () => {
    const { roomId } = await stack.openMeeting();
    const first = await open(`/m/${roomId}`);
    await join(first, "Grace");
    const second = await first.context().newPage();
    // As a browser does it that duplicates a tab.
    const seat = await first.evaluate(() => sessionStorage.getItem("sotto.seat"));
    await second.addInitScript((copied) => sessionStorage.setItem("sotto.seat", copied ?? ""), seat);
    await second.goto(first.url());
    await inMeeting(second);
    await heading(first, "You are in the meeting elsewhere");
    await first.getByRole("button", { name: "Continue here" }).click();
    await inMeeting(first);
    await heading(second, "You are in the meeting elsewhere");

    await first.getByRole("button", { name: "Leave" }).click();
    await heading(first, "You left the meeting");
    expect(await violationsOf(first)).toEqual([]);
    await first.getByRole("button", { name: "Rejoin the meeting" }).click();
    await join(first, "Grace");
  });
});

describe("an invitation", () => {
  it("leaves the address bar and the history at once, survives a reload of the lobby, and works once", async () => {
    const token = await stack.newJoinToken({ roomId: "planning", name: "Ada" });
    const page = await open(`/?access_token=${token}`);
    await page.getByText("Joining as Ada").waitFor();
    expect(page.url()).toBe(`${stack.origin}/m/planning`);
    expect(await page.evaluate(() => history.length)).toBeLessThanOrEqual(2);
    await page.reload();
    await page.getByText("Joining as Ada").waitFor();
    await page.getByRole("button", { name: "Join now" }).click();
    await inMeeting(page);
    expect(await page.evaluate(() => sessionStorage.getItem("sotto.invitation"))).toBeNull();

    await heading(await open(`/?access_token=${token}`), "This invitation was already used");
  });

  it("is needed for a room of an integrator", async () => {
    await stack.createRoom({ roomId: "private" });
    const page = await open("/m/private");
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toMatch(/no such meeting|needs an invitation/);
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole("button", { name: "To the start page" }).click();
    await page.getByRole("button", { name: "Start a meeting" }).waitFor();
  });

  it.each([
    ["/?access_token=nonsense", "This invitation does not work here"],
    ["/m/no-such-room", "There is no such meeting"],
  ])("%s is answered with a sentence", async (path, title) => {
    await heading(await open(path), title);
  });
});

describe("the lobby", () => {
  it("shows the own picture, and releases camera and microphone when they are switched off", async () => {
    const { roomId } = await stack.openMeeting();
    const page = await open(`/m/${roomId}`);
    const video = page.getByLabel("Your camera picture");
    const width = () => video.evaluate((element: HTMLVideoElement) => element.videoWidth);
    await expect.poll(width, { timeout: 10_000 }).toBeGreaterThan(0);
    const track = await video.evaluateHandle(
      (element: HTMLVideoElement) => (element.srcObject as MediaStream).getTracks()[0],
    );
    await page.getByRole("button", { name: "Turn camera off" }).click();
    await page.getByText("Your camera is off").waitFor();
    expect(await track.evaluate((ended) => ended?.readyState)).toBe("ended");
    await page.getByRole("button", { name: "Turn camera on" }).click();
    await video.waitFor();
  });

  it("hands its camera and microphone over to the meeting, which releases them: nothing is captured twice", async () => {
    const { roomId } = await stack.openMeeting();
    const page = await open("/");
    await page.addInitScript(() => {
      const captured: MediaStreamTrack[] = [];
      const capture = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = async (constraints) => {
        const stream = await capture(constraints);
        captured.push(...stream.getTracks());
        return stream;
      };
      Object.assign(window, {
        states: () => captured.map(({ kind, readyState }) => `${kind} ${readyState}`).toSorted(),
      });
    });
    const states = () => page.evaluate(() => (window as unknown as { states: () => string[] }).states());
    await page.goto(`${stack.origin}/m/${roomId}`);
    await page.getByLabel("Your camera picture").waitFor();
    await join(page, "Ada");
    expect(await states()).toEqual(["audio live", "video live"]);
    await page.getByRole("button", { name: "Leave" }).click();
    await heading(page, "You left the meeting");
    expect(await states()).toEqual(["audio ended", "video ended"]);
  });

  it("moves the level with the sound of the microphone, and plays the test sound", async () => {
    const { roomId } = await stack.openMeeting();
    const page = await open(`/m/${roomId}`);
    // The fake microphone beeps once a second, for a moment: look at every frame.
    await page.waitForFunction(() => document.querySelectorAll("[role=img] > [data-on]").length > 1);
    await page.getByRole("button", { name: "Test" }).click();
    await page.getByRole("button", { name: "Playing…" }).waitFor();
    await page.getByRole("button", { name: "Test" }).waitFor();
  });

  it("says what to do when the browser blocks camera and microphone, and still lets people in", async () => {
    const { roomId } = await stack.openMeeting();
    const page = await open("/");
    await page.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("blocked", "NotAllowedError"));
      navigator.permissions.query = () => Promise.resolve({ state: "denied" } as PermissionStatus);
    });
    await page.goto(`${stack.origin}/m/${roomId}`);
    await page.getByText("The browser blocks camera and microphone for this page.").waitFor();
    await join(page, "Linus");
  });

  it("refuses a browser that cannot encrypt before it asks for anything", async () => {
    const { roomId } = await stack.openMeeting();
    const page = await open("/");
    await page.addInitScript(() => {
      Reflect.deleteProperty(window, "RTCRtpScriptTransform");
      Reflect.deleteProperty(RTCRtpSender.prototype, "createEncodedStreams");
    });
    await page.goto(`${stack.origin}/m/${roomId}`);
    await heading(page, "This browser cannot encrypt a meeting");
  });
});
