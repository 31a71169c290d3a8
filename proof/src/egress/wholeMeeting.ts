import type { Browser, BrowserContext, Page } from "playwright-core";
import type { ManagementApi } from "@sotto/dev-env";
import { press, write } from "../canaries/meetingPage.ts";
import { createRoom, newToken } from "../rooms.ts";

const waitMs = 60_000;

export interface WholeMeeting {
  roomId: string;
  /** Which views of the page were seen, in their order. */
  views: string[];
}

/**
 * Two people on the real page, through every view: the start page, a link that leads nowhere, the lobby, a meeting with
 * camera, microphone, shared screen, chat and a file, the settings, and the end for all with its receipt.
 */
export async function holdWholeMeeting(
  browser: Browser,
  origin: string,
  management: ManagementApi,
): Promise<WholeMeeting> {
  const seen: string[] = [];
  const contexts: BrowserContext[] = [];
  const open = async (path: string) => {
    const context = await browser.newContext({ locale: "en-GB", permissions: ["camera", "microphone"] });
    contexts.push(context);
    const page = await context.newPage();
    await page.goto(`${origin}${path}`);
    return page;
  };
  const view = async (name: string, shown: () => Promise<unknown>) => {
    await shown();
    seen.push(name);
  };
  const heading = (page: Page, name?: string) =>
    page.getByRole("heading", { level: 1, ...(name !== undefined && { name }) }).waitFor({ timeout: waitMs });
  try {
    await view("start", async () => heading(await open("/")));
    await view("problem", async () => heading(await open("/?access_token=nonsense")));

    const roomId = await createRoom(management, { encrypted: true });
    const lobby = async (isHost: boolean) => {
      const page = await open(`/?access_token=${await newToken(management, roomId, { isHost })}`);
      await page.getByLabel("Your camera picture").waitFor({ timeout: waitMs });
      return page;
    };
    const [ada, ben] = [await lobby(true), await lobby(false)];
    seen.push("lobby");
    for (const page of [ada, ben]) {
      await page.getByRole("button", { name: "Join now" }).click({ timeout: waitMs });
      await press(page, "Chat");
    }
    await view("meeting", () => Promise.all([ada, ben].map(seesTheOther)));
    await write(ada, "Hello");
    const log = ben.getByRole("log", { name: "Messages" });
    await log.getByText("Hello").waitFor({ timeout: waitMs });
    const file = { name: "plan.txt", mimeType: "text/plain", buffer: Buffer.from("a plan") };
    await ada.locator("input[type=file]").setInputFiles(file);
    const download = ben.waitForEvent("download", { timeout: waitMs });
    await ben.getByRole("button", { name: "Save plan.txt", exact: true }).click({ timeout: waitMs });
    await (await download).path();
    seen.push("chat with a file");
    await press(ada, "Share your screen");
    await view("shared screen", () => ben.locator("[data-kind=screen] video").waitFor({ timeout: waitMs }));
    await press(ada, "More");
    await ada.getByRole("menuitem", { name: "Settings" }).click({ timeout: waitMs });
    await view("settings", () => ada.getByRole("dialog", { name: "Settings" }).waitFor({ timeout: waitMs }));
    await ada.keyboard.press("Escape");

    await press(ada, "Leave");
    await ada.getByRole("menuitem", { name: "End the meeting for all" }).click({ timeout: waitMs });
    await ada.getByRole("alertdialog").getByRole("button", { name: "End for all" }).click({ timeout: waitMs });
    await view("goodbye", () => Promise.all([ada, ben].map((page) => heading(page, "The meeting is over"))));
    return { roomId, views: seen };
  } finally {
    await Promise.all(contexts.map((context) => context.close()));
  }
}

/** The tile of the other person shows a picture that moves. */
async function seesTheOther(page: Page): Promise<void> {
  const video = page.locator("[data-kind=person]:not([data-local])[data-picture=live] video");
  await video.waitFor({ timeout: waitMs });
  await page.waitForFunction(
    (element) => element instanceof HTMLVideoElement && element.getVideoPlaybackQuality().totalVideoFrames > 10,
    await video.elementHandle(),
    { timeout: waitMs },
  );
}
