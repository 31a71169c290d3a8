import { setTimeout as delay } from "node:timers/promises";
import {
  ICEServer,
  LeaveRequest,
  LeaveRequest_Action,
  MediaSectionsRequirement,
  ParticipantPermission,
  ParticipantUpdate,
  RegionSettings,
  RequestResponse,
  RequestResponse_Reason,
  Room,
  RoomMovedResponse,
  RoomUpdate,
  SessionDescription,
  SimulcastCodecInfo,
  SpeakerInfo,
  SpeakersChanged,
  SubscribedAudioCodecUpdate,
  SubscribedCodec,
  SubscribedQuality,
  SubscribedQualityUpdate,
  TrackType,
  VideoQuality,
  type ParticipantInfo,
} from "@livekit/protocol";
import { RpcError } from "livekit-client";
import { expect, test, vi } from "vitest";
import { ForeignHost } from "./testing/ForeignHost.ts";
import { connectionOf, deceived, expectToSee, givenMaliciousSfu, waiting, whileMs } from "./test/givenMaliciousSfu.ts";
import { sfuOf } from "./testing/sfuOf.ts";

/** An SFU that tells a page what to do: what to publish, how, what it may, and where to connect to. */

const meeting = givenMaliciousSfu();

/** A camera and a microphone, and nothing beside them. */
const sealedOnly = { tracks: ["audio", "video"], unsealed: 0, messages: 0 };
const layers = (enabled: boolean) =>
  [VideoQuality.LOW, VideoQuality.MEDIUM, VideoQuality.HIGH].map(
    (quality) => new SubscribedQuality({ quality, enabled }),
  );

test.each([
  ["one peer connection", false],
  ["two", true],
])(
  "whatever codec, sender or media section it asks for, over %s: only what the person sends leaves, sealed",
  async (_, deniesV1) => {
    const ben = await meeting.join("Ben");
    let camera = "";
    let described = "";
    meeting.lies = {
      deniesV1,
      toPage({ message }) {
        if (message.case === "join") message.value.enabledPublishCodecs = []; // then LiveKit's client leaves it to the SFU
        if (message.case === "trackPublished" && message.value.track?.type === TrackType.VIDEO) {
          camera = message.value.track.sid;
          message.value.track.codecs = [new SimulcastCodecInfo({ mimeType: "video/H264" })];
        }
        if (message.case === "offer" || message.case === "answer") described = message.value.sdp;
        if (message.case === "offer") message.value.sdp = message.value.sdp.replaceAll("a=sendonly", "a=sendrecv");
      },
    };
    const ada = await meeting.join("Ada", deceived);
    await expectToSee(ben, ada, "camera", "red");
    const signalling = meeting.pageOf(ada);
    const want = (enabled: boolean) => {
      const codecs = ["vp8", "h264", "vp9", "av1"].map(
        (codec) => new SubscribedCodec({ codec, qualities: layers(enabled) }),
      );
      const value = new SubscribedQualityUpdate({ trackSid: camera, subscribedCodecs: codecs });
      signalling.tell({ case: "subscribedQualityUpdate", value });
    };
    want(false);
    signalling.tell({
      case: "subscribedAudioCodecUpdate",
      value: new SubscribedAudioCodecUpdate({
        trackSid: camera,
        subscribedAudioCodecs: [{ codec: "audio/red", enabled: true }],
      }),
    });
    await delay(whileMs / 3);
    expect(await ada.page.evaluate(() => meetingPage.sending())).toEqual(sealedOnly);
    want(true);
    signalling.tell({
      case: "mediaSectionsRequirement",
      value: new MediaSectionsRequirement({ numAudios: 2, numVideos: 2 }),
    });
    await delay(whileMs);
    await expectToSee(ben, ada, "camera", "red");
    expect(await ada.page.evaluate(() => meetingPage.sending())).toEqual(sealedOnly);

    // Negotiations that nobody began: of what was agreed, with more that Ada is to send, and twice the same.
    const sdp = described.replaceAll(/a=(?:sendonly|recvonly|inactive)/g, "a=sendrecv");
    for (const id of [1_000, 1_000]) {
      signalling.tell({ case: "offer", value: new SessionDescription({ type: "offer", sdp, id }) });
      signalling.tell({ case: "answer", value: new SessionDescription({ type: "answer", sdp, id }) });
    }
    await delay(whileMs);
    expect(await ada.page.evaluate(() => meetingPage.sending())).toMatchObject({ unsealed: 0, messages: 0 });
    const { tracks } = await ada.page.evaluate(() => meetingPage.sending());
    expect(sealedOnly.tracks).toEqual(expect.arrayContaining(tracks));
  },
);

test("more permissions, calls and another room are not taken from it", async () => {
  const { sessionId, identity } = await meeting.joinWithoutMedia("Ben");
  let own: ParticipantInfo | undefined;
  meeting.lies = {
    toPage({ message }) {
      if (message.case === "join") own = message.value.participant?.clone();
    },
  };
  const ada = await meeting.join("Ada", deceived);
  const failures: string[] = [];
  ada.page.on("pageerror", ({ message }) => failures.push(message));
  const rogue = await meeting.publishInClear(sessionId, identity);
  if (!own) throw new Error("Nobody joined.");
  const permission = new ParticipantPermission({
    canPublish: true,
    canPublishData: true,
    canSubscribe: true,
    canUpdateMetadata: true,
  });
  const more = own.clone();
  Object.assign(more, { permission, name: "Mallory", metadata: "{}", attributes: { role: "host" } });
  const signalling = meeting.pageOf(ada);
  signalling.tell({ case: "update", value: new ParticipantUpdate({ participants: [more] }) });
  signalling.tell({
    case: "roomMoved",
    value: new RoomMovedResponse({ participant: more, room: { name: "elsewhere" } }),
  });

  const { room } = await ada.page.evaluate(() => meetingPage.meeting!.info);
  const elsewhere = new Room({ sid: "RM_ELSEWHERE", name: "elsewhere", metadata: "{}", activeRecording: true });
  signalling.tell({ case: "roomUpdate", value: new RoomUpdate({ room: elsewhere }) });
  const speakers = [new SpeakerInfo({ sid: "PA_NOBODY", level: 1, active: true })];
  signalling.tell({ case: "speakersChanged", value: new SpeakersChanged({ speakers }) });
  const refusal = new RequestResponse({ requestId: 1, reason: RequestResponse_Reason.NOT_ALLOWED, message: "no" });
  signalling.tell({ case: "requestResponse", value: refusal });

  const code = await rogue.evaluate((to) => meetingPage.callInClear(to), own.identity);
  expect([RpcError.ErrorCode.CONNECTION_TIMEOUT, RpcError.ErrorCode.RESPONSE_TIMEOUT]).toContain(code);
  expect(failures).toEqual([]);
  const screen = await ada.page.evaluate(async () => {
    const { localMedia } = meetingPage.meeting!;
    await localMedia.setScreenShare(true).catch(() => undefined);
    return localMedia.state.get().screen;
  });
  expect(screen).toMatchObject({ allowed: false, enabled: false });
  expect(await ada.page.evaluate(() => meetingPage.sending())).toEqual(sealedOnly);
  expect(
    await ada.page.evaluate(() => [
      meetingPage.meeting?.standing.get().role,
      meetingPage.meeting?.participants.get().map(({ name }) => name),
      meetingPage.meeting?.chat.messages.get(),
      meetingPage.meeting?.servicesPresent.get(),
      [...meetingPage.meeting!.speakers.get()].filter((id) => id !== meetingPage.meeting!.info.participantId),
      meetingPage.meeting?.info.room,
    ]),
  ).toEqual(["participant", ["Ada", "Ben"], [], [], [], room]);
});

test("nobody but the installation is contacted, whatever ICE servers, regions and tokens it names", async () => {
  await using foreign = await ForeignHost.listen();
  const { port } = foreign;
  const urls = [
    `stun:127.0.0.1:${port}`,
    `turn:127.0.0.1:${port}?transport=udp`,
    `turn:127.0.0.1:${port}?transport=tcp`,
  ];
  const iceServers = [new ICEServer({ urls, username: "ada", credential: "secret" })];
  const ben = await meeting.join("Ben");
  const { sessionId } = await meeting.joinWithoutMedia("Cid");
  meeting.lies = {
    toPage({ message }) {
      if (message.case === "join")
        Object.assign(message.value, { iceServers, alternativeUrl: `ws://127.0.0.1:${port}` });
      if (message.case === "reconnect") message.value.iceServers = iceServers;
    },
  };
  const page = await meeting.newPage(deceived);
  const asked = new Set<string>();
  page.on("request", (request) => asked.add(new URL(request.url()).host));
  let signallings = 0;
  page.on("websocket", (socket) => {
    const { host, pathname } = new URL(socket.url());
    asked.add(host);
    if (pathname.startsWith("/rtc")) signallings += 1;
  });
  const ada = { page, id: await meeting.joinAt(page, "Ada") };
  await expectToSee(ada, ben, "camera", "blue");
  const regions = new RegionSettings({ regions: [{ region: "elsewhere", url: `ws://127.0.0.1:${port}` }] });
  const order = (action: LeaveRequest_Action) =>
    meeting.pageOf(ada).tell({ case: "leave", value: new LeaveRequest({ action, regions }) });
  const isBack = (count: number) =>
    vi.waitFor(async () => {
      expect(signallings).toBeGreaterThan(count);
      expect(await connectionOf(ada)).toMatchObject({ status: "connected" });
    }, waiting);
  order(LeaveRequest_Action.RESUME);
  await isBack(1);
  await expectToSee(ada, ben, "camera", "blue");
  order(LeaveRequest_Action.RECONNECT);
  await isBack(2);
  await expectToSee(ada, ben, "camera", "blue");

  // A token that the SFU may well sign: for somebody else in the meeting.
  const other = await identityOf(ben);
  meeting.pageOf(ada).tell({ case: "refreshToken", value: await sfuOf(meeting.stack).token(sessionId, other) });
  order(LeaveRequest_Action.RECONNECT);
  await vi.waitFor(
    async () => expect(await connectionOf(ada)).toEqual({ status: "ended", reason: "identity_mismatch" }),
    waiting,
  );
  expect([...asked]).toEqual([new URL(meeting.stack.originOf(deceived)).host]);
  expect(foreign.contacts).toBe(0);

  await page.evaluate(async (given) => {
    const connection = new RTCPeerConnection({ iceServers: [{ urls: given, username: "ada", credential: "secret" }] });
    connection.createDataChannel("control");
    await connection.setLocalDescription();
  }, urls);
  await vi.waitFor(() => expect(foreign.contacts).toBeGreaterThan(0), waiting);

  /** The media identity of somebody who publishes. */
  async function identityOf({ id }: { id: string }): Promise<string> {
    const people = await sfuOf(meeting.stack).api.listParticipants(sessionId);
    return people.find(({ identity }) => identity.startsWith(id))?.identity ?? "";
  }
});
