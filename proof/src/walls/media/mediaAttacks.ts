import { RoomServiceClient } from "livekit-server-sdk";
import type { Outcome } from "../attack.ts";
import type { Seat } from "../Seat.ts";
import type { DataAttempts } from "./dataInPage.ts";
import { RawSignal, type SignalOptions } from "./RawSignal.ts";
import { callEverything } from "./roomService.ts";
import { forbiddenRequests, isAnswer, isGranted } from "./signalling.ts";
import { changes, claimsOf, forgeries } from "./tokens.ts";

/** livekit-server itself, for whoever is on its machine. */
export interface Sfu {
  url: string;
  key: string;
  secret: string;
}

/** People with media tokens: the attacker may use the microphone and nothing else. */
export interface MediaScene {
  origin: string;
  attacker: Seat;
  onlooker: Seat;
  /** Another session. */
  otherRoom: string;
}

const answerMs = 3_000;
const closedMs = 5_000;
const validatePaths = ["/rtc/validate", "/rtc/v1/validate?join_request="];

export function tokenOf(seat: Seat): string {
  if (seat.answer.media === null) throw new Error("this person may not connect to the SFU");
  return seat.answer.media.token;
}

/** Asks livekit-server for what the token does not say; somebody else in the room listens for what comes of it. */
export async function askForMore(base: string, token: string, onlookersToken: string): Promise<Outcome[]> {
  const onlooker = await RawSignal.connect(base, onlookersToken);
  const attacker = await RawSignal.connect(base, token);
  if (onlooker === null || attacker === null) throw new Error("valid media tokens are refused");
  const { sub } = claimsOf(token);
  const outcomes: Outcome[] = [];
  for (const { name, request } of forbiddenRequests) {
    attacker.said.length = 0;
    attacker.send(request);
    const answer = await attacker.hears(isAnswer, answerMs);
    outcomes.push({ attempt: name, achieved: answer && isGranted(answer) ? "livekit-server granted it" : null });
  }
  const seen = onlooker.said
    .flatMap(({ update }) => update?.participants ?? [])
    .filter(({ identity }) => identity === sub)
    .some(({ name, metadata, tracks = [] }) => Boolean(name) || Boolean(metadata) || tracks.length > 0);
  outcomes.push({ attempt: "all of these together", achieved: seen ? "others were told of it" : null });
  for (const signal of [attacker, onlooker]) await signal[Symbol.asyncDispose]();
  return outcomes;
}

/** Tokens that say more than the one that was given, signed by somebody who does not have the secret. */
export async function alterTokens(base: string, { attacker, onlooker, otherRoom }: MediaScene): Promise<Outcome[]> {
  const original = tokenOf(attacker);
  const victim = { identity: claimsOf(tokenOf(onlooker)).sub, otherRoom };
  const outcomes: Outcome[] = [];
  for (const { name, change } of changes) {
    for (const [how, sign] of forgeries) {
      const token = sign(change(claimsOf(original), victim), original);
      if (token === original) continue;
      const { ok } = await fetch(`${base}/rtc/validate?access_token=${token}`);
      outcomes.push({ attempt: `${name}, ${how}`, achieved: ok ? "accepted" : null });
    }
  }
  const signal = await RawSignal.connect(base, `${original}x`);
  outcomes.push({ attempt: "a connection with a signature of one letter more", achieved: signal && "connected" });
  return outcomes;
}

/** What the token of a participant is good for at livekit-server itself, past the proxy: nothing. */
export async function goRound(base: string, token: string): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const path of ["/rtc", "/rtc/v1"]) {
    for (const options of [{ path }, { path, bearer: token }, { path, parameters: { publish: "shadow" } }]) {
      const signal = await RawSignal.connect(base, token, options);
      outcomes.push({ attempt: JSON.stringify({ ...options, bearer: undefined }), achieved: signal && "connected" });
      await signal?.[Symbol.asyncDispose]();
    }
  }
  const { ok } = await fetch(`${base}/rtc/validate?access_token=${token}`);
  return [...outcomes, { attempt: "asking whether it is good", achieved: ok ? "it is" : null }];
}

/** The API that administers rooms: with a participant's token where it listens, and at the public address. */
export async function callApi({ origin, attacker, onlooker }: MediaScene, sfu: Sfu | null): Promise<Outcome[]> {
  const target = { room: attacker.sid, identity: claimsOf(tokenOf(onlooker)).sub };
  const outcomes: Outcome[] = [];
  for (const [where, base] of [
    ["at the public address", origin] as const,
    ...(sfu ? [["straight", sfu.url] as const] : []),
  ]) {
    for (const [method, status] of await callEverything(base, tokenOf(attacker), target))
      outcomes.push({ attempt: `${method}, ${where}`, achieved: status < 300 ? `answered with ${status}` : null });
  }
  const paths = [
    "/rtc/../twirp/livekit.RoomService/ListRooms",
    "/rtc/%2e%2e/agent",
    "//rtc",
    "/RTC",
    "/rtc/",
    "/rtc/v2",
    "/agent",
    "/whip/v1",
    "/debug/goroutine",
    "/rtc;x",
  ];
  for (const path of paths) {
    const signal = await RawSignal.connect(origin, tokenOf(attacker), { path });
    outcomes.push({ attempt: `signalling at ${path}`, achieved: signal && "connected" });
    await signal?.[Symbol.asyncDispose]();
  }
  return outcomes;
}

/** One connection that says two things about who it is; `left` has left the session. */
export async function confuse(scene: MediaScene, sfu: Sfu, left: Seat): Promise<Outcome[]> {
  const { origin, attacker, onlooker } = scene;
  const [own, old, victims] = [tokenOf(attacker), tokenOf(left), tokenOf(onlooker)];
  const rooms = new RoomServiceClient(sfu.url, sfu.key, sfu.secret);
  const victim = await RawSignal.connect(origin, victims);
  const known = new Set([own, victims].map((token) => claimsOf(token).sub));
  const tricks: readonly (readonly [name: string, token: string, options: SignalOptions])[] = [
    ["an old token in the header", own, { bearer: old }],
    ["an old token in the address", old, { bearer: own }],
    ["an old token twice", old, { bearer: old }],
    ["an old token as a second parameter", own, { parameters: { "access_token ": old } }],
    ["a shadow", own, { parameters: { publish: "shadow" } }],
    ["a shadow in capitals", own, { parameters: { PUBLISH: "shadow" } }],
    ["another identity in the address", own, { parameters: { identity: claimsOf(victims).sub } }],
    ["a name in the address", own, { parameters: { name: "the host" } }],
    [
      "attributes in the address",
      own,
      { parameters: { attributes: Buffer.from('{"role":"host"}').toString("base64url") } },
    ],
    ["a room in the address", own, { parameters: { room: scene.otherRoom } }],
    ["the victim's connection, resumed", own, { parameters: { reconnect: "1", sid: "PA_victim" } }],
  ];
  const outcomes: Outcome[] = [];
  for (const [name, token, options] of tricks) {
    const signal = await RawSignal.connect(origin, token, options);
    await signal?.hears(() => true, answerMs);
    const there = await rooms.listParticipants(attacker.sid);
    const strangers = there.filter(({ identity }) => !known.has(identity));
    const dressed = there.filter(
      (each) => each.name !== "" || each.metadata !== "" || Object.keys(each.attributes).length > 0,
    );
    const achieved = strangers.length > 0 ? "somebody is there who is on no list" : null;
    outcomes.push({ attempt: name, achieved: dressed.length > 0 ? "somebody has a name or attributes" : achieved });
    await signal?.[Symbol.asyncDispose]();
  }
  outcomes.push({
    attempt: "all of these together",
    achieved: victim?.isGone ? "the victim lost its connection" : null,
  });
  await victim?.[Symbol.asyncDispose]();
  return outcomes;
}

/** What a media token and a connection are good for when their time is over; `end` makes it so. */
export async function outstay(
  origin: string,
  who: string,
  seat: Seat,
  end: () => Promise<unknown>,
): Promise<Outcome[]> {
  const token = tokenOf(seat);
  const signal = await RawSignal.connect(origin, token);
  if (signal === null) throw new Error("a valid media token is refused");
  await end();
  const outcomes: Outcome[] = [];
  const note = (attempt: string, achieved: string | null) => outcomes.push({ attempt: `${who}: ${attempt}`, achieved });
  note("the connection", (await signal.ends(closedMs)) ? null : `still open after ${closedMs / 1000} s`);
  const fresh = signal.said.find(({ refreshToken }) => refreshToken !== undefined)?.refreshToken;
  for (const [name, each] of [
    ["the token", token],
    ...(fresh === undefined ? [] : [["the renewed token", fresh]]),
  ] as const) {
    for (const path of ["/rtc", "/rtc/v1"]) {
      const again = await RawSignal.connect(origin, each, { path });
      note(`${name} at ${path}`, again && "connected");
      await again?.[Symbol.asyncDispose]();
    }
    for (const path of validatePaths) {
      const separator = path.includes("?") ? "&" : "?";
      const { ok } = await fetch(`${origin}${path}${separator}access_token=${each}`);
      note(`${name} at ${path}`, ok ? "accepted" : null);
    }
    const resumed = await RawSignal.connect(origin, each, { parameters: { reconnect: "1" } });
    note(`${name}, resuming`, resumed && "connected");
    await resumed?.[Symbol.asyncDispose]();
  }
  return outcomes;
}

/** A try that the library carried out and that nobody got has achieved nothing. */
export function dataOutcomes({ tried, arrived, heardMicrophone }: DataAttempts): Outcome[] {
  const outcomes = Object.keys(tried).map((attempt): Outcome => ({ attempt, achieved: null }));
  if (!heardMicrophone) throw new Error("the onlooker did not even get the microphone, which is allowed");
  return [...outcomes, ...arrived.map((what) => ({ attempt: what, achieved: "arrived" }))];
}
