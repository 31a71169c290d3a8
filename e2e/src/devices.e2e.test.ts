import { launchChromium } from "@sotto/dev-env";
import { expect, onTestFinished, test } from "vitest";
import { givenInstallation } from "./support/givenInstallation.ts";
import type { Person } from "./support/Person.ts";

/** Without camera and microphone one can still take part, and is told why nobody sees one. */
const installation = givenInstallation();

/** Ada, in a browser that was started with `flag`, is told so in the lobby and joins Ben. */
async function joinWith(flag: string, sentence: string): Promise<[Person, Person]> {
  const browser = await launchChromium({ args: [flag] });
  onTestFinished(() => browser.close());
  const [ben] = (await installation.meeting(["Ben"])) as [Person];
  const ada = await installation.visitor("Ada", { browser, path: ben.path });
  await ada.page.getByText(sentence).waitFor();
  await ada.enter();
  await ben.expectPeople("Ada", "Ben");
  await ada.expectToSeeAndHear("Ben");
  await ben.tile("Ada").and(ben.page.locator("[data-picture=none]")).waitFor();
  return [ada, ben];
}

test("somebody who blocks camera and microphone is told how to allow them, and joins all the same", async () => {
  const [ada, ben] = await joinWith(
    "--use-fake-ui-for-media-stream=deny",
    "The browser blocks camera and microphone for this page.",
  );
  await ben.tile("Ada").getByRole("img", { name: "Microphone off" }).waitFor();
  await ada.press("Turn camera on");
  await ada.page.getByText("The browser does not let this page use the camera.").waitFor();
  expect(await ada.control("Turn camera on").getByRole("img", { name: "Problem" }).count()).toBe(1);
});

test("somebody without a camera joins with the microphone alone", async () => {
  const [ada, ben] = await joinWith(
    "--use-fake-device-for-media-stream=device-count=0",
    "No camera found. Plug one in, or join without a picture.",
  );
  await ada.control("Turn microphone off").waitFor();
  expect(await ben.tile("Ada").getByRole("img", { name: "Microphone off" }).count()).toBe(0);
  await ada.press("Turn camera on");
  await ada.page.getByText("No camera was found.").waitFor();
});
