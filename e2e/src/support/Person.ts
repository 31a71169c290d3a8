import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { receptionOf, type Reception } from "./peerConnectionProbe.ts";
import { waiting } from "./waiting.ts";

/** Somebody at a page of their own: what they do there and what they see, under its English labels. */
export class Person {
  readonly name: string;
  readonly page: Page;

  constructor(name: string, page: Page) {
    this.name = name;
    this.page = page;
  }

  /** Where they are; in a meeting, that is the end of its link. */
  get path(): string {
    return new URL(this.page.url()).pathname;
  }

  /** From the lobby into the meeting; `quietly` with camera and microphone off, which is lighter. */
  async join({ quietly = false } = {}): Promise<void> {
    if (quietly) {
      await this.page.getByRole("button", { name: "Turn camera off" }).click();
      await this.page.getByRole("button", { name: "Turn microphone off" }).click();
    } else {
      await this.previewIsThere();
    }
    await this.enter();
  }

  /** Camera and microphone are on in the lobby: whoever joins before joins without them. */
  async previewIsThere(): Promise<void> {
    await this.page.getByLabel("Your camera picture").waitFor();
    await this.page.getByRole("img", { name: "Microphone level" }).waitFor();
  }

  /** From the lobby into the meeting with what is on. */
  async enter(): Promise<void> {
    await this.page.getByRole("textbox", { name: "Your name" }).fill(this.name);
    await this.page.getByRole("button", { name: "Join now" }).click();
    await this.isInMeeting();
  }

  async isInMeeting(): Promise<void> {
    await this.control("Leave").waitFor();
  }

  /** A button at the bottom of the meeting, by the beginning of its label. */
  control(label: string): Locator {
    return this.page
      .getByRole("toolbar", { name: "Meeting controls" })
      .getByRole("button", { name: new RegExp(`^${label}`) });
  }

  async press(label: string): Promise<void> {
    await this.control(label).click();
  }

  /** Hosts are asked whether they mean only themselves. */
  async leave(): Promise<void> {
    await this.press("Leave");
    const forThemselves = this.page.getByRole("menuitem", { name: "Leave the meeting" });
    const goodbye = this.heading("You left the meeting");
    await forThemselves.or(goodbye).waitFor();
    if (await forThemselves.isVisible()) await forThemselves.click();
    await goodbye.waitFor();
  }

  async endForAll(): Promise<void> {
    await this.press("Leave");
    await this.page.getByRole("menuitem", { name: "End the meeting for all" }).click();
    await this.page.getByRole("alertdialog").getByRole("button", { name: "End for all" }).click();
  }

  /** The title of a view outside of a meeting. */
  heading(title: string): Locator {
    return this.page.getByRole("heading", { level: 1, name: title });
  }

  get tiles(): Locator {
    return this.page.getByRole("list", { name: "Pictures of the people here" }).locator("[data-kind=person]");
  }

  tile(name: string): Locator {
    return this.tiles.filter({ has: this.page.getByText(name, { exact: true }) });
  }

  /** Their own tile, which says so. */
  get ownTile(): Locator {
    return this.tiles.and(this.page.locator("[data-local]"));
  }

  /** A shared screen. */
  screenOf(name: string): Locator {
    return this.page.locator("[data-kind=screen]").filter({ hasText: `${name}'s screen` });
  }

  get chatLog(): Locator {
    return this.page.getByRole("log", { name: "Messages" });
  }

  get messages(): Locator {
    return this.chatLog.locator("[data-state]");
  }

  /** Writes into the chat, which must be open. */
  async write(text: string): Promise<void> {
    const field = this.page.getByRole("textbox", { name: "Write a message" });
    await field.fill(text);
    await field.press("Enter");
  }

  /** These messages are in the chat, in this order, all of them sent. */
  async expectMessages(...texts: string[]): Promise<void> {
    await expect.poll(() => this.messages.allTextContents(), waiting).toEqual(texts);
    await expect.poll(() => this.chatLog.locator("[data-state=sent]").count(), waiting).toBe(texts.length);
  }

  /** Whose tiles are here, in alphabetical order. */
  async peopleSeen(): Promise<string[]> {
    const names = await this.tiles.locator("[dir=auto]").allTextContents();
    return names.toSorted();
  }

  /** The tiles are those of these people and nobody else. */
  async expectPeople(...names: string[]): Promise<void> {
    await expect.poll(() => this.peopleSeen(), waiting).toEqual(names.toSorted());
  }

  async participantIdOf(name: string): Promise<string> {
    const id = await this.tile(name).getAttribute("data-participant");
    if (id === null) throw new Error(`${this.name} does not see ${name}.`);
    return id;
  }

  reception(name: string): Promise<Reception> {
    return this.tile(name).evaluate(receptionOf);
  }

  /** From now on, further frames of these people are decoded and painted on their tiles, and they are heard. */
  async expectToSeeAndHear(...names: string[]): Promise<void> {
    for (const name of names) {
      await this.expectToSee(this.tile(name));
      const before = await this.reception(name);
      await expect
        .poll(() => this.reception(name), { ...waiting, message: `${this.name} sees and hears ${name}` })
        .toSatisfy(
          ({ framesDecoded, audioEnergy }: Reception) =>
            framesDecoded > before.framesDecoded + 5 && audioEnergy > before.audioEnergy,
        );
    }
  }

  /** The picture of a tile is visible and moves: more than `frames` further ones are painted. */
  async expectToSee(tile: Locator, frames = 5): Promise<void> {
    const video = tile.and(this.page.locator("[data-picture=live]")).locator("video");
    const framesPainted = () =>
      video.evaluate((element: HTMLVideoElement) => element.getVideoPlaybackQuality().totalVideoFrames);
    await video.waitFor();
    const before = await framesPainted();
    await expect
      .poll(framesPainted, { ...waiting, message: `${this.name} sees a picture` })
      .toBeGreaterThan(before + frames);
  }
}
