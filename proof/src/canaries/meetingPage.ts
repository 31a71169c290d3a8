import type { Page } from "playwright-core";

const waitMs = 30_000;

/** Presses a button at the bottom of the meeting, by the beginning of its label. */
export async function press(page: Page, label: string): Promise<void> {
  const controls = page.getByRole("toolbar", { name: "Meeting controls" });
  await controls.getByRole("button", { name: new RegExp(`^${label}`) }).click({ timeout: waitMs });
}

/** Writes into the conversation that is open. */
export async function write(page: Page, text: string, label = "Write a message"): Promise<void> {
  const field = page.getByRole("textbox", { name: label });
  await field.fill(text);
  await field.press("Enter");
}
