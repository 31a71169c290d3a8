import type { Browser, BrowserContext } from "playwright-core";
import type { ManagementApi } from "@sotto/dev-env";
import { canary, createRoom, newToken, type RoomOptions } from "../rooms.ts";
import { BrowserRecord } from "./BrowserRecord.ts";
import { enter, press, write } from "./meetingPage.ts";

/** What two people typed into a meeting on the real page, and what their browsers did with it. */
export interface TypedMeeting {
  roomId: string;
  /** By what it is, such as `message`. */
  typed: Record<string, string>;
  /** Raw keys of 32 bytes that their browsers used. */
  keys: Buffer[];
  /** All that their browsers exchanged with anybody over HTTP and WebSocket. */
  traffic: Buffer;
}

const waitMs = 30_000;

/** Two people meet on the page and write to each other; the meeting goes on until `during` is over. */
export async function holdTypedMeeting(
  browser: Browser,
  origin: string,
  management: ManagementApi,
  options: Pick<RoomOptions, "encrypted" | "passphrase"> & { during: (meeting: TypedMeeting) => Promise<void> },
): Promise<void> {
  const roomId = await createRoom(management, options);
  const message = canary("message");
  const [fileName, fileContent] = [canary("file"), canary("content")];
  const passphrase = options.passphrase ? canary("passphrase") : null;
  const contexts: BrowserContext[] = [];
  try {
    const open = async (isHost: boolean) => {
      const context = await browser.newContext({ locale: "en-GB", permissions: ["camera", "microphone"] });
      contexts.push(context);
      const record = await BrowserRecord.of(context);
      const token = await newToken(management, roomId, { isHost });
      const page = await context.newPage();
      await page.goto(`${origin}/?access_token=${token}`);
      // Nobody looks at pictures here: that is P1.
      await enter(page, passphrase, isHost);
      await press(page, "Chat");
      return { page, record };
    };
    const writer = await open(true);
    const reader = await open(false);
    await write(writer.page, message);
    await reader.page.getByRole("log", { name: "Messages" }).getByText(message).waitFor({ timeout: waitMs });
    await writer.page.locator("input[type=file]").setInputFiles({
      name: `${fileName}.txt`,
      mimeType: "text/plain",
      buffer: Buffer.from(fileContent.repeat(100)),
    });
    await reader.page.getByRole("log", { name: "Messages" }).getByText(fileName).waitFor({ timeout: waitMs });
    const records = [writer.record, reader.record];
    await options.during({
      roomId,
      typed: {
        message,
        "file's name": fileName,
        "file's content": fileContent,
        ...(passphrase !== null && { passphrase }),
      },
      keys: records.flatMap(({ keys }) => keys),
      traffic: Buffer.concat(await Promise.all(records.map((record) => record.traffic()))),
    });
  } finally {
    await Promise.all(contexts.map((context) => context.close()));
    await management.demand("/room/endRoom", { room_id: roomId });
  }
}
