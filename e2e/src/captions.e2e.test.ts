import { readFileSync } from "node:fs";
import { fakeSpeech, hasSpeech } from "@sotto/dev-env/fakeSpeech";
import { describe, expect, test } from "vitest";
import { givenInstallation } from "./support/givenInstallation.ts";
import type { Person } from "./support/Person.ts";
import { processesBelow } from "./support/processesBelow.ts";
import { startTranscriber } from "./support/startTranscriber.ts";
import { waiting } from "./support/waiting.ts";

/** Of "go forward ten meters", what is understood every time, after Opus and whatever a browser does to a voice. */
const words = /forward ten meters/;
const roomId = "lesson";
const insights_features = { is_allow: true, transcription_features: { is_allow: true, is_keep_transcript: true } };

describe.runIf(hasSpeech)("captions of what is really said", () => {
  const installation = givenInstallation({
    config: { log: { level: "debug" } },
    browserFlags: (folder) => [fakeSpeech(folder)],
  });

  /** Somebody whose microphone says the same words again and again. */
  async function speaker(name: string, host = false): Promise<Person> {
    const token = await installation.stack.newJoinToken({ roomId, name, host });
    const person = await installation.visitor(name, { path: `/?access_token=${token}` });
    await person.page.getByRole("button", { name: "Turn camera off" }).click();
    await person.page.getByRole("img", { name: "Microphone level" }).waitFor();
    await person.page.getByRole("button", { name: "Join now" }).click();
    await person.isInMeeting();
    return person;
  }
  /** What somebody with captions on can read of a person now. */
  async function read({ page }: Person, name: string): Promise<string> {
    const lines = await page.getByRole("log", { name: "Captions" }).locator("p").allTextContents();
    return lines.filter((line) => line.startsWith(`${name}: `)).join("\n");
  }
  /** The room's transcript, as its integrator gets it. */
  async function transcript(): Promise<string> {
    const { management, origin } = installation.stack;
    const { result } = (await management.call("/artifact/fetch", { room_ids: [roomId] })) as {
      result?: { artifacts_list: { artifact_id: string; metadata: { file_info: { mime_type: string } } }[] };
    };
    const found = result?.artifacts_list.find(({ metadata }) => metadata.file_info.mime_type === "text/vtt");
    if (found === undefined) return "";
    const { token } = await management.demand("/artifact/getDownloadToken", { artifact_id: found.artifact_id });
    return (await fetch(`${origin}/download/artifact/${String(token)}`)).text();
  }

  test("reach whoever wants to read them, of whoever agreed and of nobody else, sealed", async () => {
    const { stack } = installation;
    await stack.createRoom({ roomId, features: { insights_features } });
    const transcribing = startTranscriber(stack);
    const [ada, ben] = await Promise.all([speaker("Ada", true), speaker("Ben")]);
    await using transcriber = await transcribing;
    await ada.press("More");
    await ada.page.getByRole("menuitem", { name: "Recording and transcription" }).click();
    const dialog = ada.page.getByRole("dialog", { name: "Recording and transcription" });
    await dialog.getByRole("button", { name: "Transcribe" }).click();
    await ben.page.getByRole("button", { name: "Do not transcribe me" }).click();

    // Off until somebody wants them.
    const show = ben.page.getByRole("button", { name: "Show captions" });
    await show.waitFor();
    expect(await ben.page.getByRole("region", { name: "Captions" }).count()).toBe(0);
    await show.click();
    await expect.poll(() => read(ben, "Ada"), waiting).toMatch(words);
    // Both microphones say the same, and Ben's has said it for as long: the transcript has everything that was heard.
    await expect.poll(transcript, waiting).toMatch(/<v Ada>.*forward ten meters/);
    expect(await transcript()).not.toContain("<v Ben>");
    expect(await read(ben, "Ben")).toBe("");
    expect(stack.logs() + transcriber.logs()).not.toContain("forward");

    const chromiums = () => processesBelow(transcriber.pid).filter(({ args }) => args.includes("--headless"));
    const inherited = chromiums().map(({ pid }) => environmentOf(pid));
    expect(inherited.filter((environment) => environment.includes("PATH="))).not.toEqual([]);
    expect(inherited.filter((environment) => environment.includes(transcriber.seed))).toEqual([]);

    // The same microphone, once its owner agrees.
    await ben.page.getByRole("button", { name: /^Transcribing since/ }).click();
    await ben.page.getByText("Transcribe me too").click();
    await ben.page.keyboard.press("Escape");
    await expect.poll(() => read(ben, "Ben"), waiting).toMatch(words);

    await dialog.getByRole("button", { name: "Stop transcribing" }).click();
    await expect.poll(() => chromiums().length, waiting).toBe(0);
    expect(transcriber.logs()).not.toContain('"level":40');
  });
});

/** Empty of a process that is gone meanwhile. */
function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    return "";
  }
}
