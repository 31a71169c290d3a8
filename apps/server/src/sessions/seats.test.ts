import { defaultLockSettings } from "@sotto/protocol";
import { describe, expect, it } from "vitest";
import { isPresent, type ParticipantRecord } from "./ParticipantRecord.ts";
import { acceptsResume, expire, forgetPerson, isSpent, loseSocket, offerSeat, takeSeat } from "./seats.ts";
import { sha256 } from "./tokens.ts";

const seat = (secret: string) => ({
  secretHash: sha256(secret),
  inboxPrefix: `_I.${secret}`,
  senderNonce: secret,
  guards: [],
});
const socket = { serverId: "S", clientId: 1 };
const otherSocket = { serverId: "S", clientId: 2 };

const joined: ParticipantRecord = {
  participantId: "p",
  sessionId: "s",
  roomId: "r",
  userId: "u",
  name: "Ada",
  role: "participant",
  hidden: false,
  waiting: false,
  seenBy: "everybody",
  locks: defaultLockSettings,
  lockTurn: 0,
  hand: null,
  service: null,
  consents: {},
  localRecording: null,
  inAnalytics: true,
  metadata: "{}",
  joinedAt: 0,
  stays: 0,
  joinedAtSequence: 0,
  membership: [{ from: 0, to: null }],
  presence: { state: "joining", until: 100 },
  seat: null,
  socket: null,
  granted: null,
  pending: { seat: seat("c0"), until: 100 },
  resumableUntil: null,
  resume: { current: sha256("t0"), previous: null, spent: null },
};
const online = takeSeat(joined, "c0", socket)!;
const offer = (usedToken: string, next: string) => ({ seat: seat(`c-${next}`), resumeToken: next, usedToken });
const resume = (record: ParticipantRecord, used: string, next: string) =>
  offerSeat(record, { ...offer(used, next), until: 200, resumableUntil: null });
const valid = (record: ParticipantRecord) => ["t0", "t1", "t2", "t3"].filter((token) => acceptsResume(record, token));

describe("a seat", () => {
  it("is taken with its secret only", () => {
    expect(takeSeat(joined, "c1", socket)).toBeNull();
    expect(online).toMatchObject({ presence: { state: "online" }, seat: seat("c0"), pending: null, socket });
  });

  it("can be taken again by the same page", () => {
    expect(takeSeat(online, "c0", otherSocket)).toMatchObject({ socket: otherSocket, seat: seat("c0") });
  });

  it("begins a stay where its person was not there, and only there", () => {
    expect(online.stays).toBe(1);
    expect(takeSeat(online, "c0", otherSocket)?.stays).toBe(1);
    const lost = loseSocket(online, socket, 200);
    expect(takeSeat(lost, "c0", otherSocket)?.stays).toBe(1);
    expect(takeSeat(expire(lost, 200)!, "c0", otherSocket)?.stays).toBe(2);
    expect(takeSeat({ ...joined, waiting: true }, "c0", socket)?.stays).toBe(0);
  });

  it("is replaced only when the new one is used", () => {
    const offered = resume(online, "t0", "t1");
    expect(offered).toMatchObject({ seat: seat("c0"), presence: { state: "online" } });
    expect(takeSeat(offered, "c0", otherSocket)?.pending).toEqual(offered.pending);
    const taken = takeSeat(offered, "c-t1", otherSocket)!;
    expect(taken).toMatchObject({ seat: seat("c-t1"), pending: null });
    expect(takeSeat(taken, "c0", socket)).toBeNull();
  });
});

describe("a resume token", () => {
  it("is spent when the seat it gave is used", () => {
    const offered = resume(online, "t0", "t1");
    expect(valid(offered)).toEqual(["t0", "t1"]);
    const taken = takeSeat(offered, "c-t1", socket)!;
    expect(valid(taken)).toEqual(["t1"]);
    expect(["t0", "t1", "t2"].filter((token) => isSpent(taken, token))).toEqual(["t0"]);
  });

  it("works again when the answer was lost, and voids what was lost", () => {
    const lost = resume(online, "t0", "t1");
    const again = resume(lost, "t0", "t2");
    expect(valid(again)).toEqual(["t0", "t2"]);
    expect(takeSeat(again, "c-t1", socket)).toBeNull();
  });

  it("survives any number of reloads before the page connects", () => {
    const thrice = resume(resume(resume(online, "t0", "t1"), "t1", "t2"), "t2", "t3");
    expect(valid(thrice)).toEqual(["t2", "t3"]);
    expect(valid(takeSeat(thrice, "c-t3", socket)!)).toEqual(["t3"]);
  });

  it("is void after leaving, and so is every secret", () => {
    const left = forgetPerson(resume(online, "t0", "t1"));
    expect(valid(left)).toEqual([]);
    expect(takeSeat(left, "c0", socket)).toBeNull();
    expect(takeSeat(left, "c-t1", socket)).toBeNull();
    expect(JSON.stringify(left)).not.toContain("Ada");
  });
});

describe("presence", () => {
  it("goes from online to away to gone, and back by resuming", () => {
    const away = loseSocket(online, socket, 50);
    expect(away.presence).toEqual({ state: "away", until: 50 });
    expect(expire(away, 49)).toBe(away);
    const gone = expire(away, 50)!;
    expect(gone.presence).toEqual({ state: "gone" });
    const back = resume(gone, "t0", "t1");
    expect(back.presence).toEqual({ state: "joining", until: 200 });
    expect(expire(back, 200)).toMatchObject({ presence: { state: "gone" }, pending: null });
    expect(takeSeat(back, "c-t1", socket)?.presence).toEqual({ state: "online" });
  });

  it("is not changed by the end of an older connection", () => {
    const reconnected = takeSeat(online, "c0", otherSocket)!;
    expect(loseSocket(reconnected, socket, 50)).toBe(reconnected);
  });

  it("removes who never came, and keeps who came before", () => {
    expect(expire(joined, 99)).toBe(joined);
    expect(expire(joined, 100)).toBeNull();
    const unused = expire(resume(online, "t0", "t1"), 200)!;
    expect(unused).toMatchObject({ presence: { state: "online" }, pending: null });
  });

  it("keeps who may come back for longer than the seat, off the list, and not without end", () => {
    const prompted = { ...joined, resumableUntil: 500 };
    const gone = expire(prompted, 100)!;
    expect(gone).toMatchObject({ presence: { state: "gone" }, pending: null });
    expect(isPresent(gone)).toBe(false);
    expect(takeSeat(gone, "c0", socket)).toBeNull();
    expect(valid(gone)).toEqual(["t0"]);
    expect(expire(gone, 499)).toBe(gone);
    expect(expire(gone, 500)).toBeNull();
    const again = offerSeat(gone, { ...offer("t0", "t1"), until: 600, resumableUntil: 900 });
    expect(again.presence).toEqual({ state: "joining", until: 600 });
    expect(expire(expire(again, 600)!, 899)).toMatchObject({ presence: { state: "gone" } });
    expect(expire(expire(again, 600)!, 900)).toBeNull();
    const connected = takeSeat(again, "c-t1", socket)!;
    expect(expire(expire(loseSocket(connected, socket, 950), 950)!, 5_000)).toMatchObject({
      presence: { state: "gone" },
    });
  });

  it("gives a reload during the first join a new deadline", () => {
    expect(expire(resume(joined, "t0", "t1"), 100)).not.toBeNull();
  });
});
