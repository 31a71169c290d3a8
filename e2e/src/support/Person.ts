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

  /** From the lobby into the meeting. */
  async join(): Promise<void> {
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

  /** A shared screen. */
  screenOf(name: string): Locator {
    return this.page.locator("[data-kind=screen]").filter({ hasText: `${name}'s screen` });
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
    return (await this.tile(name).getAttribute("data-participant")) ?? "";
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

  /** The picture of a tile is visible and moves. */
  async expectToSee(tile: Locator): Promise<void> {
    const video = tile.and(this.page.locator("[data-picture=live]")).locator("video");
    const framesPainted = () =>
      video.evaluate((element: HTMLVideoElement) => element.getVideoPlaybackQuality().totalVideoFrames);
    await video.waitFor();
    const before = await framesPainted();
    await expect.poll(framesPainted, { ...waiting, message: `${this.name} sees a picture` }).toBeGreaterThan(before + 5);
  }
}
