import { maxChatBodyBytes, maxHistoryParts, type RetoldMessage } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import type { Participant } from "../participants/Participant.ts";
import { SottoError } from "../SottoError.ts";
import { Store } from "../store/Store.ts";
import { ChatStore } from "./ChatStore.ts";
import { HistoryTelling } from "./HistoryTelling.ts";
import { plainCodec } from "./MessageCodec.ts";
import { packHistory } from "./packHistory.ts";
import { PrivateChats } from "./PrivateChats.ts";

const ada = "p_AAAAAAAAAAAAAAAA";
const ben = "p_BBBBBBBBBBBBBBBB";
const eve = "p_EEEEEEEEEEEEEEEE";
const names: Record<string, string> = { [ada]: "Ada", [ben]: "Ben", [eve]: "Eve" };
const joinedAt: Record<string, number> = { [ada]: 1, [ben]: 50, [eve]: 2 };

/** A room whose server delivers at once; everybody has joined at a time of their own. */
class Room {
  now = 10;
  refusals = 0;
  readonly members = new Map<string, Member>();

  join(selfId: string, { allowed = true } = {}): Member {
    const member = new Member(this, selfId, allowed);
    this.members.set(selfId, member);
    for (const each of this.members.values()) each.hearWhoIsHere();
    return member;
  }

  publish(participantId: string, to: string | null, body: Uint8Array): Promise<void> {
    if (this.refusals-- > 0) return Promise.reject(SottoError.refused({ code: "rate_limited", message: "" }));
    const stored = { participantId, sequence: this.now, sentAt: this.now++, body };
    for (const { selfId, chat, privateChats } of this.members.values()) {
      if (to === null) chat.receive({ kind: "public", channel: "chat", ...stored });
      else if (selfId === to || selfId === participantId) privateChats.receive({ kind: "private", to, ...stored });
    }
    return Promise.resolve();
  }
}

class Member {
  readonly selfId: string;
  readonly participants = new Store<readonly Participant[]>([]);
  readonly chat: ChatStore;
  readonly privateChats: PrivateChats;
  readonly telling: HistoryTelling;
  readonly #room: Room;

  constructor(room: Room, selfId: string, allowed: boolean) {
    this.#room = room;
    this.selfId = selfId;
    const nameOf = (id: string) => names[id] ?? "";
    const context = { selfId, nameOf, codec: plainCodec };
    this.chat = new ChatStore({ ...context, peerId: null, publish: (body) => room.publish(selfId, null, body) });
    this.privateChats = new PrivateChats({
      ...context,
      publish: (request) => {
        const to = new TextDecoder().decode(request.subarray(16, 34));
        return room.publish(selfId, to, new Uint8Array([...request.subarray(0, 16), ...request.subarray(34)]));
      },
      onHistory: (peerId, part) => this.telling.receive(peerId, part),
    });
    const { participants, chat, privateChats } = this;
    this.telling = new HistoryTelling({
      mayTell: () => allowed,
      mayHear: allowed,
      participants,
      nameOf,
      chat,
      privateChats,
    });
  }

  hearWhoIsHere(): void {
    const person = { role: "participant", connection: "online", hand: null, locks: [] } as const;
    const rest = { ...person, consents: {}, localRecording: null };
    this.participants.set(
      [...this.#room.members.keys()].map((participantId) => ({
        ...rest,
        participantId,
        name: names[participantId] ?? "",
        isLocal: participantId === this.selfId,
        joinedAt: joinedAt[participantId] ?? 0,
      })),
    );
  }

  get seen(): string[] {
    return this.chat.messages.get().map(({ text, retoldBy }) => `${text}${retoldBy ? ` (${retoldBy.name})` : ""}`);
  }
}

/** Ada and Eve wrote something; then Ben comes. */
async function lateBen({ allowed = true } = {}) {
  const room = new Room();
  const a = room.join(ada, { allowed });
  const e = room.join(eve, { allowed });
  await a.chat.send("first");
  await e.chat.send("wrong");
  await e.chat.send("gone");
  await expect.poll(() => e.chat.messages.get().filter(({ state }) => state === "sent")).toHaveLength(3);
  await e.chat.edit(e.chat.messages.get()[1]!.id, `right, @${ada}`);
  await e.chat.delete(e.chat.messages.get()[2]!.id);
  await expect.poll(() => a.chat.messages.get()[2]?.isDeleted).toBe(true);
  room.now = 60;
  const b = room.join(ben, { allowed });
  return { room, a, b, e };
}

describe("HistoryTelling", () => {
  test("tells a newcomer what was written before, marked as the teller's word; nothing of it opens a conversation", async () => {
    const { a, b } = await lateBen();
    expect(a.telling.newcomers.get()).toEqual([ben]);
    expect(b.telling.newcomers.get()).toEqual([]);
    await a.chat.send("since");
    await a.telling.tell(ben);
    await expect.poll(() => b.seen).toEqual(["first (Ada)", `right, @${ada} (Ada)`, "since"]);
    expect(b.chat.messages.get()[1]).toMatchObject({
      participantId: eve,
      name: "Eve",
      isLocal: false,
      mentions: { [ada]: "Ada" },
      sentAt: 11,
      changedAt: 11,
    });
    expect([a, b].flatMap(({ privateChats }) => privateChats.get())).toEqual([]);
    expect(b.chat.unread.get()).toBe(1);
    expect(a.telling.newcomers.get()).toEqual([]);
  });

  test("is not told on, changes nothing that is here, and what its author takes back is gone", async () => {
    const { a, b, e } = await lateBen();
    await a.telling.tell(ben);
    await e.telling.tell(ben);
    await expect.poll(() => b.seen).toEqual(["first (Ada)", `right, @${ada} (Ada)`]);
    await a.chat.delete(a.chat.messages.get()[0]!.id);
    await expect.poll(() => b.seen[0]).toBe(" (Ada)");
    const late = Object.keys(joinedAt).length;
    expect(late).toBe(3);
    await b.chat.send("mine");
    await b.telling.tell(eve);
    await expect.poll(() => e.chat.messages.get().at(-1)?.text).toBe("mine");
    expect(e.chat.messages.get().filter(({ retoldBy }) => retoldBy)).toEqual([]);
  });

  test("of a time after we came, of ourselves, or where the room does not allow it, nothing is believed", async () => {
    const part = (messages: RetoldMessage[]) =>
      ({ kind: "history", telling: "AAAAAAAAAAAAAAAAAAAAAA", part: 0, parts: 1, messages }) as const;
    const told = (participantId: string, sentAt: number): RetoldMessage => ({
      id: `${participantId}/AAAAAAAAAAAAAAAAAAAAAA`,
      name: "Somebody",
      text: `${participantId} ${sentAt}`,
      sentAt,
      edited: false,
    });
    const forged = [told(ben, 5), told(ada, 51), told(ada, 49)];
    const { b, e } = await lateBen();
    await e.privateChats.of(ben).tell(part(forged));
    await expect.poll(() => b.seen).toEqual([`${ada} 49 (Eve)`]);

    const forbidden = await lateBen({ allowed: false });
    expect(forbidden.a.telling.newcomers.get()).toEqual([]);
    await forbidden.e.privateChats.of(ben).tell(part(forged));
    await forbidden.e.chat.send("after");
    await expect.poll(() => forbidden.b.seen).toEqual(["after"]);
  });

  test("waits where the server wants it slower, and tells each part once", async () => {
    const { room, a, b } = await lateBen();
    room.refusals = 2;
    await a.telling.tell(ben);
    await expect.poll(() => b.seen).toHaveLength(2);
  });

  test("offers nobody who was here before us, nor anybody who left", async () => {
    const { room, a, b } = await lateBen();
    room.members.delete(ben);
    a.hearWhoIsHere();
    expect([a.telling.newcomers.get(), b.telling.newcomers.get()]).toEqual([[], []]);
  });
});

describe("packHistory", () => {
  const message = (text: string): RetoldMessage => ({ id: `${ada}/A`, name: "Ada", text, sentAt: 1, edited: false });

  test("keeps the order, fits each part into a message, and leaves out the oldest and what is too long", () => {
    const many = Array.from({ length: 400 }, (_, index) => message(`${index} ${"ü".repeat(1_500)}`));
    const parts = packHistory([...many, message("x".repeat(maxChatBodyBytes))]);
    expect(parts).toHaveLength(maxHistoryParts);
    for (const messages of parts) {
      const body = { id: "A".repeat(22), kind: "history", telling: "A".repeat(22), part: 19, parts: 20, messages };
      expect(new TextEncoder().encode(JSON.stringify(body)).length).toBeLessThanOrEqual(maxChatBodyBytes);
    }
    const kept = parts.flat();
    expect(kept.map(({ text }) => text)).toEqual(many.slice(-kept.length).map(({ text }) => text));
    expect(packHistory([])).toEqual([]);
  });
});
