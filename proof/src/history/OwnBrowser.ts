import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchChromiumProfile } from "@sotto/dev-env";
import type { BrowserContext, Page } from "playwright-core";
import { press } from "../canaries/meetingPage.ts";
import { searchFolders, type FolderSearch } from "../search/findForms.ts";
import type { Form } from "../search/secretForms.ts";

const waitMs = 30_000;

/** How many rows the page has in each store of its history, as the browser says; all of them 0 where there is none. */
export interface StoredRows {
  root: number;
  seats: number;
  records: number;
}

/** Somebody's own browser: a Chromium whose profile lies in a folder that stays when it is closed. */
export class OwnBrowser implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "sotto-proof-profile-"));
  #context: BrowserContext | null = null;

  /** Joins the meeting of a token with the real page, and opens its chat. */
  async join(origin: string, token: string): Promise<Page> {
    this.#context ??= await launchChromiumProfile(this.#folder, {
      locale: "en-GB",
      permissions: ["camera", "microphone"],
    });
    const page = await this.#context.newPage();
    await page.goto(`${origin}/?access_token=${token}`);
    // In a later meeting it is off, as it was left.
    const camera = page.getByRole("button", { name: "Turn camera off" });
    await camera.or(page.getByRole("button", { name: "Turn camera on" })).waitFor({ timeout: waitMs });
    if (await camera.isVisible()) await camera.click();
    await page.getByRole("button", { name: "Join now" }).click({ timeout: waitMs });
    await press(page, "Chat");
    return page;
  }

  /** Closes the browser, as at the end of a day: whatever it had still in memory is on its disk then. */
  async close(): Promise<void> {
    await this.#context?.close();
    this.#context = null;
  }

  /** Looks through every file of the profile. */
  search(forms: readonly Form[]): FolderSearch {
    return searchFolders([this.#folder], forms);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
    rmSync(this.#folder, { recursive: true });
  }
}

/** The retention that the person chooses in the settings of the chat. */
export async function chooseRetention(page: Page, label: string): Promise<void> {
  await openHistory(page);
  await page.getByRole("radio", { name: label }).check({ timeout: waitMs, force: true });
  await closeHistory(page);
}

/** Presses one of the two buttons that forget, and says yes. */
export async function forget(page: Page, label: "Forget this meeting's chat" | "Forget all chats"): Promise<void> {
  await openHistory(page);
  await page.getByRole("button", { name: label }).click({ timeout: waitMs });
  await page.getByRole("alertdialog").getByRole("button", { name: "Forget", exact: true }).click({ timeout: waitMs });
  await closeHistory(page);
}

async function openHistory(page: Page): Promise<void> {
  await page
    .getByRole("button", { name: /^(Kept in this browser|This browser keeps nothing)/ })
    .click({ timeout: waitMs });
}

async function closeHistory(page: Page): Promise<void> {
  await page.getByRole("dialog", { name: "Chat on this device" }).getByRole("button", { name: "Close" }).click();
}

/** Counts what the page has stored, without any of its code. */
export function storedRows(page: Page): Promise<StoredRows> {
  return page.evaluate(async () => {
    const known = await indexedDB.databases();
    const rows = { root: 0, seats: 0, records: 0 };
    if (!known.some(({ name }) => name === "sotto.history")) return rows;
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open("sotto.history");
      request.addEventListener("success", () => resolve(request.result));
      request.addEventListener("error", () => reject(new Error("the history cannot be opened")));
    });
    for (const store of ["root", "seats", "records"] as const) {
      rows[store] = await new Promise<number>((resolve) => {
        const request = database.transaction(store).objectStore(store).count();
        request.addEventListener("success", () => resolve(request.result));
      });
    }
    database.close();
    return rows;
  });
}

/** What a page leaves behind that takes no care: a text in localStorage, and one in a record of its own database. */
export async function storeInClear(page: Page, inStorage: string, inRecord: string): Promise<void> {
  await page.evaluate(
    async ([first, second]) => {
      localStorage.setItem("sotto-proof", first);
      const database = await new Promise<IDBDatabase>((resolve) => {
        const request = indexedDB.open("sotto-proof", 1);
        request.addEventListener("upgradeneeded", () => request.result.createObjectStore("records"));
        request.addEventListener("success", () => resolve(request.result));
      });
      const transaction = database.transaction("records", "readwrite");
      transaction.objectStore("records").put({ text: second }, "one");
      await new Promise((resolve) => transaction.addEventListener("complete", resolve));
      database.close();
    },
    [inStorage, inRecord] as const,
  );
}
