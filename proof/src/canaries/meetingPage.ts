import type { Page } from "playwright-core";

const waitMs = 30_000;

/** Presses a button at the bottom of the meeting, by the beginning of its label. */
export async function press(page: Page, label: string): Promise<void> {
  const controls = page.getByRole("toolbar", { name: "Meeting controls" });
  await controls.getByRole("button", { name: new RegExp(`^${label}`) }).click({ timeout: waitMs });
}

/** From the lobby into the meeting, without a camera; whoever `opens` a meeting with a passphrase gives it twice. */
export async function enter(page: Page, passphrase: string | null, opens: boolean): Promise<void> {
  await page.getByRole("button", { name: "Turn camera off" }).click({ timeout: waitMs });
  const labels = passphrase === null ? [] : opens ? ["Passphrase for this meeting", "Once more"] : ["Passphrase"];
  for (const label of labels) {
    await page.getByLabel(label, { exact: true }).fill(passphrase ?? "", { timeout: waitMs });
  }
  await page.getByRole("button", { name: /^(Join now|Open the meeting)$/ }).click({ timeout: waitMs });
}

/** Writes into the conversation that is open. */
export async function write(page: Page, text: string, label = "Write a message"): Promise<void> {
  const field = page.getByRole("textbox", { name: label });
  await field.fill(text);
  await field.press("Enter");
}
