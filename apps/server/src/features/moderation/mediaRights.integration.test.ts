import { request } from "node:http";
import type { LockName, ModerateRequest } from "@sotto/protocol";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { RawSignalling } from "../../platform/sfu/testing/RawSignalling.ts";
import { RosterNews } from "../../sessions/RosterNews.ts";
import { Standings } from "../../sessions/Standings.ts";
import { answeringLate } from "../../testing/answeringLate.ts";
import { enter, type Person } from "../../testing/enter.ts";
import { eventually } from "../../testing/eventually.ts";
import { joinAs } from "../../testing/joinAs.ts";
import { host } from "../../testing/passphraseRooms.ts";
import { startTestServer, type TestServer } from "../../testing/startTestServer.ts";

let server: TestServer;
let otherNode: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  otherNode = await server.secondNode();
}, 120_000);
afterAll(async () => {
  await otherNode?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

async function meeting() {
  const roomId = await server.createRoom();
  const grace = await enter(server, roomId, { ...host, user_id: "grace" });
  const ben = await enter(server, roomId, { name: "Ben", user_id: "ben" });
  return { roomId, grace, ben };
}

const lockAll = (lock: LockName, locked = true): ModerateRequest => ({
  action: "lock",
  participantId: null,
  lock,
  locked,
});
const tokenOf = ({ answer }: Person) => answer.media!.token;
const pageOf = (person: Person) => server.context.sfu.bearerOf(tokenOf(person))!;
async function signal(token: string, options = {}, url = server.origin): Promise<RawSignalling> {
  const signalling = await RawSignalling.connect(url, token, options);
  onTestFinished(() => signalling.close());
  return signalling;
}

describe("a media token", () => {
  it("says who somebody is and grants nothing by itself", async () => {
    const { ben } = await meeting();
    const [, claims = ""] = tokenOf(ben).split(".");
    const { video } = JSON.parse(Buffer.from(claims, "base64url").toString()) as { video: object };
    expect(video).toEqual({ room: ben.sid });
    const { sfuUrl } = server.context.endpoints;
    await expect(signal(tokenOf(ben), {}, sfuUrl)).rejects.toThrow("401");
    const signalling = await signal(tokenOf(ben));
    expect(await signalling.publish("CAMERA")).toBe("published");
    expect(await signalling.publish("SCREEN_SHARE")).toBe("NOT_ALLOWED");
  });

  it("from before a lock lets nobody publish what is locked now, in whatever way it is brought", async () => {
    const { grace, ben } = await meeting();
    const before = await signal(tokenOf(ben));
    expect(await before.publish("MICROPHONE")).toBe("published");
    expect(await grace.moderate(lockAll("lock_webcam"))).toBe("ok");
    expect(await before.publish("CAMERA")).toBe("NOT_ALLOWED");
    // What the SFU itself sends in its place grants no more, and says no more than who it is.
    const refreshed = await eventually(() => before.refreshedTokens.at(-1));
    for (const token of [tokenOf(ben), refreshed]) {
      for (const options of [{}, { inHeader: true }, { query: "&access_token=x" }, { query: "&reconnect=1" }]) {
        const signalling = await signal(token, options).catch((error: unknown) => (error as Error).message);
        if (typeof signalling === "string") continue;
        expect(await signalling.publish("CAMERA").catch(() => "closed"), JSON.stringify(options)).not.toBe("published");
      }
    }
    const again = await signal(refreshed, {}, otherNode.origin);
    expect(await again.publish("CAMERA")).toBe("NOT_ALLOWED");
    expect(await again.publish("MICROPHONE")).toBe("published");
    expect(await grace.moderate(lockAll("lock_webcam", false))).toBe("ok");
    expect(await again.publish("CAMERA")).toBe("published");
    // Whoever stays away from NATS meanwhile is not overlooked.
    expect(await grace.moderate(lockAll("lock_webcam"))).toBe("ok");
    expect(await again.publish("CAMERA")).toBe("NOT_ALLOWED");
  });

  it("from before a demotion grants what a participant may", async () => {
    const { grace, ben } = await meeting();
    expect(await grace.moderate({ action: "set-role", participantId: ben.pid, role: "host" })).toBe("ok");
    const promoted = await ben.reconnect();
    const signalling = await signal(tokenOf(ben));
    expect(await signalling.publish("SCREEN_SHARE")).toBe("published");
    expect(await promoted.moderate({ action: "set-role", participantId: grace.pid, role: "participant" })).toBe("ok");
    const demoted = await signal(tokenOf(grace));
    expect(await demoted.publish("SCREEN_SHARE")).toBe("NOT_ALLOWED");
    expect(await demoted.publish("CAMERA")).toBe("published");
  });

  it("of somebody who was removed opens nothing, and their connection is closed", async () => {
    const { grace, ben } = await meeting();
    const signalling = await signal(tokenOf(ben));
    const page = pageOf(ben);
    await eventually(() => server.context.sfu.participant(page));
    expect(await grace.moderate({ action: "remove", participantId: ben.pid, ban: false })).toBe("ok");
    await eventually(() => !signalling.isOpen);
    expect(await server.context.sfu.participant(page)).toBeNull();
    for (const options of [{}, { inHeader: true }, { query: "&reconnect=1" }]) {
      await expect(signal(tokenOf(ben), options)).rejects.toThrow("401");
    }
  });
});

describe("a connection to the SFU that is made while rights change", () => {
  it("is put right before its page hears of it", async () => {
    const { grace, ben } = await meeting();
    const { sfu, standings, endpoints } = server.context;
    const page = pageOf(ben);
    const granted = (await standings.mediaRights(page))!;
    // As the proxy does it, with the lock in the middle.
    const signalling = await signal(sfu.connectionToken(page, granted), {}, endpoints.sfuUrl);
    await server.context.state.rooms.mutate(ben.answer.room.roomId, (room) => ({
      ...room,
      locks: { ...room.locks, lock_webcam: true },
      lockTurns: { lock_webcam: 1 },
    }));
    expect(await standings.confirmMedia(page, granted)).toBe(true);
    expect(await signalling.publish("CAMERA")).toBe("NOT_ALLOWED");
    expect(await signalling.publish("MICROPHONE")).toBe("published");
    expect(grace.isConnected()).toBe(true);
  });

  it("is closed where its person was removed meanwhile", async () => {
    const { grace, ben } = await meeting();
    const { sfu, standings, endpoints } = server.context;
    const page = pageOf(ben);
    const granted = (await standings.mediaRights(page))!;
    expect(await grace.moderate({ action: "remove", participantId: ben.pid, ban: false })).toBe("ok");
    const signalling = await signal(sfu.connectionToken(page, granted), {}, endpoints.sfuUrl);
    expect(await standings.confirmMedia(page, granted)).toBe(false);
    await eventually(() => !signalling.isOpen);
  });

  it("never keeps what was locked, however the two fall together", async () => {
    const { grace, ben } = await meeting();
    for (let round = 0; round < 8; round++) {
      const [signalling] = await Promise.all([
        signal(tokenOf(ben), {}, round % 2 ? server.origin : otherNode.origin),
        grace.moderate(lockAll("lock_webcam")),
      ]);
      await eventually(async () => {
        const info = await server.context.sfu.participant(pageOf(ben));
        return info?.permission?.canPublishSources.length === 1;
      });
      expect(await signalling.publish("CAMERA")).toBe("NOT_ALLOWED");
      expect(await grace.moderate(lockAll("lock_webcam", false))).toBe("ok");
      await signalling.close();
      await ben.kicked();
      await ben.reconnect();
    }
  });

  it("is looked at again by whoever was slower than a lock", async () => {
    const { grace, ben } = await meeting();
    const page = pageOf(ben);
    const signalling = await signal(tokenOf(ben));
    await eventually(() => server.context.sfu.participant(page));
    const { late: participants, asked, goOn } = answeringLate(server.context.state.participants, "get");
    const { nats, sfu, log } = server.context;
    const state = { ...server.context.state, participants };
    const settling = new Standings({ state, nats, sfu, news: new RosterNews(nats.bus), log }).settleMedia(page);
    await asked;
    const order = { action: "lock", participantId: ben.pid, lock: "lock_webcam", locked: true } as const;
    expect(await grace.moderate(order)).toBe("ok");
    goOn();
    expect(await settling).toBe(true);
    expect(await signalling.publish("CAMERA")).toBe("NOT_ALLOWED");
    expect(await signalling.publish("MICROPHONE")).toBe("published");
  });

  it("ends with what holds, whoever stops a screen share while another host locks it", async () => {
    const { grace, ben, roomId } = await meeting();
    expect(await grace.moderate(lockAll("lock_screen_sharing", false))).toBe("ok");
    const alan = await enter(server, roomId, { ...host, name: "Alan", user_id: "alan" }, otherNode);
    const again = await ben.reconnect();
    const signalling = await signal(tokenOf(ben));
    expect(await signalling.publish("SCREEN_SHARE")).toBe("published");
    const stop = { action: "stop", participantId: ben.pid, source: "screen_share" } as const;
    expect(await grace.moderate(stop)).toBe("ok");
    expect(await signalling.publish("SCREEN_SHARE")).toBe("published");
    for (let round = 0; round < 4; round++) {
      const outcomes = await Promise.all([
        grace.moderate(stop),
        alan.moderate(lockAll("lock_screen_sharing")),
        grace.moderate(stop),
      ]);
      expect(outcomes).toEqual(["ok", "ok", "ok"]);
      expect(await signalling.publish("SCREEN_SHARE")).toBe("NOT_ALLOWED");
      expect(await alan.moderate(lockAll("lock_screen_sharing", false))).toBe("ok");
    }
    expect(again.pid).toBe(ben.pid);
  });
});

describe("the proxy for media signalling", () => {
  it("lets the client choose no host", async () => {
    const { ben } = await meeting();
    const { port } = new URL(server.origin);
    const asked: string[] = [];
    const { createServer } = await import("node:http");
    const evil = createServer((incoming, response) => {
      asked.push(incoming.url ?? "");
      response.end();
    }).listen(0, "127.0.0.1");
    onTestFinished(() => void evil.close());
    await new Promise((resolve) => evil.once("listening", resolve));
    const target = `http://127.0.0.1:${(evil.address() as { port: number }).port}`;
    const get = (path: string) =>
      new Promise<number>((resolve, reject) => {
        request({ host: "127.0.0.1", port, path }, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        })
          .once("error", reject)
          .end();
      });
    for (const path of [`${target}/rtc/validate`, `//${target.slice(7)}/rtc/validate`]) {
      await get(`${path}?access_token=${tokenOf(ben)}`);
    }
    expect(asked).toEqual([]);
    expect(await get(`/rtc/validate?access_token=${tokenOf(ben)}`)).toBe(200);
  });
});

describe("what the management API tells of tracks", () => {
  it("is what the SFU knows, under the person's own entry", async () => {
    const { ben, roomId } = await meeting();
    const info = (await server.manage("/room/getActiveRoomInfo", { room_id: roomId })) as unknown as {
      room: { participants_info: { identity: string; tracks: object[]; metadata: string }[] };
    };
    const own = info.room.participants_info.find(({ identity }) => identity === "ben")!;
    expect(own.tracks).toEqual([]);
    expect(JSON.parse(own.metadata)).toMatchObject({ is_admin: false, lock_settings: { lock_screen_sharing: true } });
    expect((await joinAs(server, { cookie: ben.cookie, participantId: ben.pid })).answer.waiting).toBe(false);
  });
});
