import type { Browser, Page } from "playwright-core";
import { libraryPath, openBarePage } from "../../media/pages.ts";

/** How long a try may take, and how long what it sent may take to arrive. */
const timesMs = { each: 3_000, settle: 1_500 };

export interface DataAttempts {
  /** What the attacker's library said to each try. */
  tried: Record<string, string>;
  /** What somebody else in the room got of it. */
  arrived: string[];
  /** Whether they got the attacker's microphone, which is allowed: they would have got the rest too. */
  heardMicrophone: boolean;
}

/**
 * With a real peer connection, because data does not go over the signalling: two pages with livekit-client in one room,
 * of which one tries to send in every way that the library has.
 */
export async function tryData(
  browser: Browser,
  origin: string,
  url: string,
  tokens: { attacker: string; onlooker: string },
): Promise<DataAttempts> {
  const onlooker = await openBarePage(browser, origin);
  const attacker = await openBarePage(browser, origin);
  try {
    await listen(onlooker, url, tokens.onlooker);
    const tried = await send(attacker, url, tokens.attacker);
    await onlooker.waitForTimeout(timesMs.settle);
    const arrived = await onlooker.evaluate(() => (globalThis as unknown as { arrived: string[] }).arrived);
    const isMicrophone = (what: string) => what === "track microphone";
    return {
      tried,
      arrived: arrived.filter((what) => !isMicrophone(what)),
      heardMicrophone: arrived.some(isMicrophone),
    };
  } finally {
    await Promise.all([onlooker, attacker].map((page) => page.context().close()));
  }
}

async function listen(page: Page, url: string, token: string): Promise<void> {
  await page.evaluate(
    async ([address, jwt, script]) => {
      const { Room, RoomEvent } = (await import(script)) as typeof import("livekit-client");
      const arrived: string[] = [];
      Object.assign(globalThis, { arrived });
      const room = new Room();
      room
        .on(RoomEvent.DataReceived, () => arrived.push("data"))
        .on(RoomEvent.TranscriptionReceived, () => arrived.push("transcription"))
        .on(RoomEvent.ParticipantMetadataChanged, () => arrived.push("metadata"))
        .on(RoomEvent.ParticipantNameChanged, () => arrived.push("name"))
        .on(RoomEvent.ParticipantAttributesChanged, () => arrived.push("attributes"))
        .on(RoomEvent.TrackPublished, ({ source }) => arrived.push(`track ${source}`));
      room.registerTextStreamHandler("x", () => arrived.push("text stream"));
      room.registerByteStreamHandler("x", () => arrived.push("byte stream"));
      room.registerRpcMethod("x", () => Promise.resolve(String(arrived.push("rpc"))));
      await room.connect(address, jwt);
    },
    [url, token, libraryPath] as const,
  );
}

function send(page: Page, url: string, token: string): Promise<Record<string, string>> {
  return page.evaluate(
    async ([address, jwt, script, eachMs]) => {
      const { Room, Track } = (await import(script)) as typeof import("livekit-client");
      const room = new Room();
      await room.connect(address, jwt, { autoSubscribe: false });
      const self = room.localParticipant;
      await self.setMicrophoneEnabled(true);
      const [other] = [...room.remoteParticipants.keys()];
      const canvas = () => {
        const element = document.createElement("canvas");
        element.getContext("2d")?.fillRect(0, 0, 10, 10);
        const [track] = element.captureStream(5).getVideoTracks();
        if (!track) throw new Error("a canvas has a track");
        return track;
      };
      const bytes = new TextEncoder().encode("forged");
      const tries: Record<string, () => Promise<unknown>> = {
        "reliable data": () => self.publishData(bytes, { reliable: true }),
        "lossy data": () => self.publishData(bytes, { reliable: false }),
        "data for one person": () => self.publishData(bytes, { reliable: true, destinationIdentities: [other ?? ""] }),
        "data with a topic": () => self.publishData(bytes, { reliable: true, topic: "x" }),
        "a text": () => self.sendText("forged", { topic: "x" }),
        "a stream of text": async () => {
          const writer = await self.streamText({ topic: "x" });
          await writer.write("forged");
          await writer.close();
        },
        "a stream of bytes": async () => {
          const writer = await self.streamBytes({ topic: "x", name: "x", mimeType: "x/x" });
          await writer.write(bytes);
          await writer.close();
        },
        "a call": () =>
          self.performRpc({ destinationIdentity: other ?? "", method: "x", payload: "x", responseTimeout: 2_000 }),
        "a name": () => self.setName("forged"),
        metadata: () => self.setMetadata("forged"),
        attributes: () => self.setAttributes({ role: "host" }),
        "a locked camera": () => self.publishTrack(canvas(), { source: Track.Source.Camera }),
        "a locked screen": () => self.publishTrack(canvas(), { source: Track.Source.ScreenShare }),
        "a picture of no source": () => self.publishTrack(canvas(), { source: Track.Source.Unknown }),
      };
      const tried: Record<string, string> = {};
      for (const [name, act] of Object.entries(tries)) {
        const timeout = new Promise<string>((resolve) => setTimeout(() => resolve("no answer"), eachMs));
        tried[name] = await Promise.race([
          act().then(
            () => "sent",
            (error: unknown) => (error instanceof Error ? error.message : String(error)),
          ),
          timeout,
        ]);
      }
      return tried;
    },
    [url, token, libraryPath, timesMs.each] as const,
  );
}
