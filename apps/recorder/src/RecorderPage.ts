import { launchBrowser } from "@sotto/worker";
import type { Browser, Page } from "playwright-core";

/** What the page tells; the same type is in `apps/web/src/features/recorder/recordMeeting.ts`. */
export type RecorderNews =
  | { kind: "joined" }
  | { kind: "chunk"; base64: string }
  | { kind: "ended"; reason: string }
  | { kind: "failed"; code: string };

/** How a page came to its end: by itself, by an error of its own, or because its browser died. */
export type PageEnd = { kind: "ended"; reason: string } | { kind: "failed"; code: string } | { kind: "crashed" };

interface RecorderPageOptions {
  chromium: string;
  origin: string;
  onJoined: () => Promise<void>;
  onChunk: (bytes: Uint8Array) => Promise<void>;
  /** A chunk could not be taken; the page ends as failed. */
  onTrouble: (error: unknown) => void;
}

const stopTimeoutMs = 10_000;

/** A headless Chromium of its own with the installation's `/recorder` in it. */
export class RecorderPage implements AsyncDisposable {
  /** Resolves with how it ended; never rejects. */
  readonly end: Promise<PageEnd>;
  readonly #browser: Browser;
  readonly #page: Page;

  static async open(options: RecorderPageOptions): Promise<RecorderPage> {
    const { chromium: executablePath, origin } = options;
    const browser = await launchBrowser({ executablePath, origin });
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
      const opened = new RecorderPage(browser, page);
      await opened.#listen(options);
      await page.goto(new URL("/recorder", origin).href);
      return opened;
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  readonly #ended = Promise.withResolvers<PageEnd>();

  private constructor(browser: Browser, page: Page) {
    this.#browser = browser;
    this.#page = page;
    this.end = this.#ended.promise;
    browser.on("disconnected", () => this.#ended.resolve({ kind: "crashed" }));
    page.on("crash", () => this.#ended.resolve({ kind: "crashed" }));
  }

  /** Joins with a service token and records. It is handed to the page's script, and is in no address and no log. */
  async start(token: string): Promise<void> {
    await this.#page.evaluate((value) => {
      (globalThis as unknown as { sottoRecorderStart(given: string): void }).sottoRecorderStart(value);
    }, token);
  }

  /** Has it leave, and waits until the last chunk is here. */
  async stop(): Promise<void> {
    await this.#page
      .evaluate(() => (globalThis as unknown as { sottoRecorderStop(): void }).sottoRecorderStop())
      .catch(() => undefined); // it crashed, which `end` tells
    const timer = setTimeout(() => this.#ended.resolve({ kind: "crashed" }), stopTimeoutMs);
    await this.end;
    clearTimeout(timer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }

  async #listen({ onJoined, onChunk, onTrouble }: RecorderPageOptions): Promise<void> {
    const take = async (base64: string) => {
      try {
        await onChunk(Buffer.from(base64, "base64"));
      } catch (error) {
        // Whoever records what is kept nowhere is to stop at once.
        onTrouble(error);
        this.#ended.resolve({ kind: "failed", code: "unwritable" });
      }
    };
    await this.#page.exposeFunction("sottoRecorderTell", async (news: RecorderNews) => {
      if (news.kind === "joined") await onJoined();
      else if (news.kind === "chunk") await take(news.base64);
      else this.#ended.resolve(news);
    });
  }
}
