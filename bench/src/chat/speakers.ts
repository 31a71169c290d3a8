/** Child process of the chat bench: the few who speak, hear everything to the last letter, and look at the clock. */
import { setTimeout as delay } from "node:timers/promises";
import { BareSpeaker, SottoSpeaker, type Speaker } from "./Speaker.ts";

export type SpeakerCommand =
  | { do: "open-sotto"; origin: string; tokens: string[] }
  | { do: "open-bare"; url: string; subject: string; speakers: number; padding: string }
  /** Says so many things as fast as they are taken, each speaker so many at a time. */
  | { do: "flood"; count: number; inFlight: number }
  /** Says something so often, one after the other, for so long. */
  | { do: "pace"; perSecond: number; seconds: number };

export interface SpeakerAnswer {
  /** When the first thing was said, in milliseconds. */
  from: number;
  /** When the speakers had heard everything. */
  until: number;
  /** From saying to hearing, of every message at every speaker. */
  latenciesMs: number[];
}

const patienceMs = 60_000;
const now = () => performance.timeOrigin + performance.now();

let speakers: Speaker[] = [];
let heard = 0;
let latenciesMs: number[] = [];

function listen(speaker: Speaker): void {
  speaker.onText((text) => {
    heard += 1;
    latenciesMs.push(now() - Number(text.split(" ")[0]));
  });
}

async function obey(command: SpeakerCommand): Promise<SpeakerAnswer> {
  switch (command.do) {
    case "open-sotto":
      return open(command.tokens.map((token) => SottoSpeaker.join(command.origin, token)));
    case "open-bare": {
      const { url, subject, padding } = command;
      return open(Array.from({ length: command.speakers }, () => BareSpeaker.connect(url, subject, padding)));
    }
    case "flood": {
      let left = command.count;
      return measure(command.count, async () => {
        const lines = speakers.flatMap((speaker) => Array.from({ length: command.inFlight }, () => speaker));
        await Promise.all(
          lines.map(async (speaker) => {
            while (left > 0) {
              left -= 1;
              await speaker.send(String(now()));
            }
          }),
        );
      });
    }
    case "pace": {
      const count = command.perSecond * command.seconds;
      return measure(count, async () => {
        const start = now();
        for (let index = 0; index < count; index++) {
          await delay(Math.max(0, start + (index / command.perSecond) * 1000 - now()));
          void speakers[index % speakers.length]?.send(String(now()));
        }
      });
    }
  }
}

async function open(opening: Promise<Speaker>[]): Promise<SpeakerAnswer> {
  await Promise.all(speakers.map((speaker) => speaker.close()));
  speakers = await Promise.all(opening);
  for (const speaker of speakers) listen(speaker);
  return { from: now(), until: now(), latenciesMs: [] };
}

async function measure(count: number, speak: () => Promise<void>): Promise<SpeakerAnswer> {
  heard = 0;
  latenciesMs = [];
  const from = now();
  await speak();
  const isComplete = () => heard >= count * speakers.length;
  while (!isComplete()) {
    if (now() - from > patienceMs) throw new Error(`only ${heard} of ${count * speakers.length} were heard`);
    await delay(1);
  }
  return { from, until: now(), latenciesMs };
}

process.on("message", (command: SpeakerCommand) => {
  obey(command).then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on("disconnect", () => process.exit(0));
