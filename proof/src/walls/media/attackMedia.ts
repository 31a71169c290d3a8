import type { Browser } from "playwright-core";
import { createRoom, signHs256 } from "../../rooms.ts";
import type { Outcome } from "../attack.ts";
import type { Tally } from "../personas.ts";
import { Seat, type Place } from "../Seat.ts";
import { tryData } from "./dataInPage.ts";
import {
  alterTokens,
  askForMore,
  callApi,
  confuse,
  dataOutcomes,
  goRound,
  outstay,
  tokenOf,
  type Sfu,
} from "./mediaAttacks.ts";
import { callEverything } from "./roomService.ts";
import { claimsOf } from "./tokens.ts";

const locks = { lock_webcam: true, lock_screen_sharing: true };

/** People in one session whose cameras and screens are locked, connected to their messages. */
class MediaRoom implements AsyncDisposable {
  readonly roomId: string;
  readonly #place: Place;
  readonly #cleanUp = new AsyncDisposableStack();

  private constructor(place: Place, roomId: string) {
    this.#place = place;
    this.roomId = roomId;
    this.#cleanUp.defer(async () => void (await place.management.call("/room/endRoom", { room_id: roomId })));
  }

  static async open(place: Place): Promise<MediaRoom> {
    return new MediaRoom(place, await createRoom(place.management, { encrypted: true, locks }));
  }

  async seat(): Promise<Seat> {
    const seat = await Seat.take(this.#place, this.roomId);
    this.#cleanUp.use(await seat.connect());
    return seat;
  }

  /** Somebody who leaves at once. */
  async leaver(): Promise<{ seat: Seat; leave: () => Promise<unknown> }> {
    const seat = await Seat.take(this.#place, this.roomId);
    const raw = this.#cleanUp.use(await seat.connect());
    raw.subscribe(`${seat.inbox}.r.*`);
    return { seat, leave: () => seat.call(raw, "leave") };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cleanUp.disposeAsync();
  }
}

/** Everything that somebody may try with a media token that is for the microphone alone. */
export async function attackMedia(
  place: Place,
  sfu: Sfu | null,
  openBrowser: () => Promise<Browser>,
  note: (tally: Tally) => void,
): Promise<void> {
  const { management, origin } = place;
  await using room = await MediaRoom.open(place);
  await using otherRoom = await MediaRoom.open(place);
  const [attacker, onlooker, other] = [await room.seat(), await room.seat(), await otherRoom.seat()];
  const scene = { origin, attacker, onlooker, otherRoom: other.sid };
  note({ family: "asking for more", outcomes: await askForMore(origin, tokenOf(attacker), tokenOf(onlooker)) });
  note({ family: "altered tokens, through /rtc", outcomes: await alterTokens(origin, scene) });
  if (sfu) {
    note({ family: "altered tokens, straight at the SFU", outcomes: await alterTokens(sfu.url, scene) });
    note({ family: "one's own token, straight at the SFU", outcomes: await goRound(sfu.url, tokenOf(attacker)) });
  }
  note({ family: "the SFU's other doors", outcomes: await callApi(scene, sfu) });
  const { seat: left, leave } = await room.leaver();
  const afterLeaving = await outstay(origin, "somebody who left", left, leave);
  if (sfu) note({ family: "two tokens, two pages", outcomes: await confuse(scene, sfu, left) });
  const end = () => management.demand("/room/endRoom", { room_id: otherRoom.roomId });
  const afterTheEnd = await outstay(origin, "after the end", other, end);
  note({ family: "old media tokens", outcomes: [...afterLeaving, ...afterTheEnd] });
  const tokens = { attacker: tokenOf(attacker), onlooker: tokenOf(onlooker) };
  const data = await tryData(await openBrowser(), origin, mediaUrlOf(origin), tokens);
  note({ family: "data, names and tracks from a browser", outcomes: dataOutcomes(data) });
}

/** The same with tokens that allow everything, which only whoever has the SFU's own secret can make. */
export async function attackMediaWithEverything(
  place: Place,
  sfu: Sfu,
  openBrowser: () => Promise<Browser>,
): Promise<Outcome[]> {
  await using room = await MediaRoom.open(place);
  const [attacker, onlooker] = [await room.seat(), await room.seat()];
  const loose = (seat: Seat) => {
    const claims = claimsOf(tokenOf(seat));
    const rights = { roomJoin: true, canPublish: true, canSubscribe: true, canPublishData: true };
    const powers = { canUpdateOwnMetadata: true, roomAdmin: true, roomList: true };
    return signHs256({ ...claims, video: { ...claims.video, ...rights, ...powers } }, sfu.secret);
  };
  const outcomes = await askForMore(sfu.url, loose(attacker), loose(onlooker));
  const tokens = { attacker: loose(attacker), onlooker: loose(onlooker) };
  outcomes.push(...dataOutcomes(await tryData(await openBrowser(), place.origin, mediaUrlOf(sfu.url), tokens)));
  const target = { room: attacker.sid, identity: claimsOf(tokenOf(onlooker)).sub };
  for (const [method, status] of await callEverything(sfu.url, loose(attacker), target))
    outcomes.push({ attempt: method, achieved: status === 200 ? "answered" : null });
  return outcomes;
}

function mediaUrlOf(base: string): string {
  return base.replace(/^http/, "ws");
}
