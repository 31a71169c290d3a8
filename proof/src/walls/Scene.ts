import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { Meeting } from "@sotto/client";
import { until } from "../meetings/meetings.ts";
import { canary, createRoom, newToken } from "../rooms.ts";
import type { Target, Whereabouts } from "./Attempt.ts";
import { Seat, type Place } from "./Seat.ts";
import { Witness, type Tolerated } from "./Witness.ts";

const deliveryTimeoutMs = 10_000;
/** Between timed messages: people may not say more than five things a second. */
const pauseMs = 250;

/**
 * A meeting that is attacked: a friend and an onlooker with the SDK, a witness who sees every byte that is for them, and
 * somebody in a meeting of their own. Between attacks they talk to each other as if nothing were happening.
 */
export class Scene implements AsyncDisposable {
  readonly place: Place;
  readonly roomId: string;
  /** Where {@link Target.other} is. */
  readonly otherRoomId: string;
  /** For attackers who are in a session of their own. */
  readonly thirdRoomId: string;
  readonly witness: Witness;
  /** A word that only attackers write. */
  readonly marker: string;
  readonly #friend: Meeting;
  readonly #onlooker: Meeting;
  readonly #other: Whereabouts;
  readonly #said: string[] = [];
  readonly #whispered: string[] = [];
  readonly #cleanUp: AsyncDisposableStack;
  #attackersSaid = 0;

  private constructor(parts: {
    place: Place;
    rooms: [string, string, string];
    witness: Witness;
    marker: string;
    friend: Meeting;
    onlooker: Meeting;
    other: Whereabouts;
    cleanUp: AsyncDisposableStack;
  }) {
    this.place = parts.place;
    [this.roomId, this.otherRoomId, this.thirdRoomId] = parts.rooms;
    this.witness = parts.witness;
    this.marker = parts.marker;
    this.#friend = parts.friend;
    this.#onlooker = parts.onlooker;
    this.#other = parts.other;
    this.#cleanUp = parts.cleanUp;
  }

  /** With a waiting room, everybody but the attackers is a host. Throws where the installation has none. */
  static async open(place: Place, { waitingRoom = false }: { waitingRoom?: boolean } = {}): Promise<Scene> {
    const { origin, management } = place;
    await using cleanUp = new AsyncDisposableStack();
    const newRoom = async (waits = false) => {
      const roomId = await createRoom(management, { encrypted: true, waitingRoom: waits });
      cleanUp.defer(async () => void (await management.call("/room/endRoom", { room_id: roomId })));
      return roomId;
    };
    const rooms: [string, string, string] = [await newRoom(waitingRoom), await newRoom(), await newRoom()];
    const [roomId, otherRoomId] = rooms;
    const person = { isHost: waitingRoom };
    const member = async () => {
      const token = await newToken(management, roomId, person);
      return cleanUp.use(await Meeting.join({ origin, credential: { kind: "token", token }, media: null }));
    };
    const marker = `forged${randomBytes(8).toString("hex")}`;
    const [friend, onlooker] = [await member(), await member()];
    const friends = new Set([friend.info.participantId, onlooker.info.participantId]);
    const witness = cleanUp.use(await Witness.sit(place, roomId, { person, friends, marker }));
    const other = await Seat.take(place, otherRoomId);
    cleanUp.use(await other.connect());
    return new Scene({
      place,
      rooms,
      witness,
      marker,
      friend,
      onlooker,
      other: whereaboutsOf(other),
      cleanUp: cleanUp.move(),
    });
  }

  /** The scene as somebody sees it who attacks from this seat. */
  targetFor(self: Seat): Target {
    const { sessionId: sid, participantId: pid } = this.#friend.info;
    const victim = whereaboutsOf(this.witness.seat);
    return { marker: this.marker, self: whereaboutsOf(self), victim, friend: { sid, pid }, other: this.#other };
  }

  /** How long it takes from saying something until the onlooker reads it, so many times, in milliseconds. */
  async timeMessages(times: number): Promise<number[]> {
    const tookMs: number[] = [];
    for (let index = 0; index < times; index++) {
      const said = canary("timed");
      const { promise, resolve } = Promise.withResolvers<void>();
      const stop = this.#onlooker.chat.messages.subscribe(() => {
        if (this.#read().includes(said)) resolve();
      });
      const from = performance.now();
      await this.#friend.chat.send(said);
      this.#said.push(said);
      const timer = setTimeout(resolve, deliveryTimeoutMs);
      await promise;
      clearTimeout(timer);
      stop();
      tookMs.push(performance.now() - from);
      await delay(pauseMs);
    }
    return tookMs;
  }

  /**
   * The friend says something to everybody, and to the victim and the onlooker alone; the victim reads its history from
   * the start. Gives what is wrong: what did not arrive, or not once, or not in order, in the SDK's view or on the wire,
   * and messages that the attackers should not have been able to store.
   */
  async check(tolerated: Tolerated): Promise<string[]> {
    const problems: string[] = [];
    try {
      const said = canary("said");
      await this.#friend.chat.send(said);
      this.#said.push(said);
      const whispered = canary("whispered");
      await this.#friend.privateChats.with(this.#onlooker.info.participantId).send(whispered);
      this.#whispered.push(whispered);
      await this.#friend.privateChats.with(this.witness.seat.pid).send(whispered);
      await until(
        "the onlooker has both",
        deliveryTimeoutMs,
        async () => this.#read().includes(said) && this.#readPrivately().includes(whispered),
      );
      problems.push(...(await this.#readHistory(tolerated)));
    } catch (error) {
      problems.push(`the honest ones cannot talk: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (this.#read().join() !== this.#said.join()) problems.push("the chat is another one");
    if (this.#readPrivately().join() !== this.#whispered.join()) problems.push("the private chat is another one");
    const states = [this.#friend, this.#onlooker].map(({ connection }) => connection.get().status);
    if (states.some((status) => status !== "connected")) problems.push(`the honest ones are ${states.join(" and ")}`);
    return problems;
  }

  async #readHistory(tolerated: Tolerated): Promise<string[]> {
    const { witness } = this;
    const friend = this.#friend.info.participantId;
    const count = (kind: "public" | "private", isFrom: (id: string) => boolean) =>
      witness.delivered.filter((message) => message.kind === kind && isFrom(message.from)).length;
    const ofFriend = () => [count("public", (id) => id === friend), count("private", (id) => id === friend)];
    const expected = [this.#said.length, this.#whispered.length];
    const problems = await witness.surprises(tolerated);
    await witness.resume();
    await until("the history is delivered", deliveryTimeoutMs, async () => {
      problems.push(...(await witness.surprises({ ...tolerated, maySpeak: true })));
      return ofFriend().every((found, index) => found >= (expected[index] ?? 0));
    }).catch(() => undefined); // said below
    if (ofFriend().join() !== expected.join())
      problems.push(`the victim's history has ${ofFriend().join(" and ")} messages of ${expected.join(" and ")}`);
    const ofAttackers = count("public", (id) => tolerated.attackers.has(id));
    if (!tolerated.maySpeak && ofAttackers > this.#attackersSaid) problems.push("attackers stored messages");
    this.#attackersSaid = ofAttackers;
    return problems;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cleanUp.disposeAsync();
  }

  #read(): string[] {
    return this.#onlooker.chat.messages
      .get()
      .filter(({ participantId }) => participantId === this.#friend.info.participantId)
      .map(({ text }) => text);
  }

  #readPrivately(): string[] {
    return this.#onlooker.privateChats
      .with(this.#friend.info.participantId)
      .messages.get()
      .map(({ text }) => text);
  }
}

function whereaboutsOf({ sid, pid, inbox }: Seat): Whereabouts {
  return { sid, pid, inbox };
}
