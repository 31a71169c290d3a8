import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { connectPerson, enter, type Person } from "../testing/enter.ts";
import { eventually } from "../testing/eventually.ts";
import { joinAs } from "../testing/joinAs.ts";
import { open, restart } from "../testing/passphraseRooms.ts";
import { passphraseFeatures, startTestServer, type TestServer } from "../testing/startTestServer.ts";
import { endingSessions } from "./EndingSession.ts";
import { concludeSession } from "./endSession.ts";
import type { SessionEvent } from "./SessionEvents.ts";

let server: TestServer;
let otherNode: TestServer;
/** What both nodes tell, as it comes. */
let told: SessionEvent[];
beforeAll(async () => {
  const sessions = { awaySeconds: 1 };
  server = await startTestServer({ sessions });
  otherNode = await server.secondNode({ sessions });
  for (const { context } of [server, otherNode]) context.events.on((event) => void told.push(event));
}, 120_000);
afterAll(async () => {
  await otherNode?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});
beforeEach(() => {
  told = [];
});

const host = { name: "Grace", user_id: "grace", is_admin: true };
const isOver = () => told.some(({ name }) => name === "sessionWiped");

/** `name who reason` of each event of a room. */
const story = (roomId: string) =>
  told
    .filter(({ room }) => room.roomId === roomId)
    .map((event) => {
      const who = "participant" in event ? [event.participant.name] : [];
      return [event.name, ...who, ...("reason" in event ? [event.reason] : [])].join(" ");
    });

/** What the same events become when everybody tells of them again. */
const expectOneEach = () => expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);

it("each is told once, by one of two nodes, in the order in which it came", async () => {
  const roomId = await server.createRoom();
  const token = await otherNode.joinToken(roomId, host);
  const [first, second] = await Promise.all([
    enter(server, roomId, { name: "Ada", user_id: "ada" }),
    joinAs(otherNode, { token }),
  ]);
  const grace = await connectPerson(second.answer, second.cookie);
  expect(story(roomId).toSorted()).toEqual([
    "participantJoined Ada",
    "participantJoined Grace",
    "roomCreated",
    "sessionStarted",
  ]);
  expect(story(roomId).slice(0, 2)).toEqual(["roomCreated", "sessionStarted"]);

  told = [];
  // A reload of the page is no departure; being away for too long is one, and coming back from that another stay.
  const again = await comeBack(first);
  await again.client.close();
  await eventually(() => story(roomId).length > 0);
  const back = await comeBack(again);
  await grace.moderate({ action: "remove", participantId: back.pid, ban: false });
  await eventually(() => story(roomId).length > 2);
  await grace.call("end-meeting");
  await eventually(isOver);
  expect(story(roomId)).toEqual([
    "participantLeft Ada gone",
    "participantJoined Ada",
    "participantLeft Ada removed",
    "participantLeft Grace session_ended",
    "sessionEnded ended_by_host",
    "artifactCreated",
    "sessionWiped ended_by_host",
  ]);
  expectOneEach();
});

it("who waits has not joined, and who leaves does not leave again with the end", async () => {
  const roomId = await server.createRoom({ waiting_room_features: { is_active: true, waiting_room_msg: "" } });
  const grace = await enter(server, roomId, host);
  const ada = await enter(server, roomId, { name: "Ada", user_id: "ada" }, otherNode);
  const ben = await enter(server, roomId, { name: "Ben", user_id: "ben" });
  await grace.decide({ action: "refuse", participantId: ben.pid });
  await grace.decide({ action: "admit", participantId: ada.pid });
  const inside = await comeBack(ada);
  await inside.call("leave").catch(() => undefined);
  await eventually(() => story(roomId).includes("participantLeft Ada left"));
  await server.manage("/room/endRoom", { room_id: roomId });
  expect(story(roomId)).toEqual([
    "roomCreated",
    "sessionStarted",
    "participantJoined Grace",
    "participantJoined Ada",
    "participantLeft Ada left",
    "participantLeft Grace session_ended",
    "sessionEnded ended_by_api",
    "artifactCreated",
    "sessionWiped ended_by_api",
  ]);
  expectOneEach();
});

it("a restart is the end of one session and the start of another", async () => {
  const roomId = await server.createRoom(passphraseFeatures);
  const joined = await joinAs(server, { token: await server.joinToken(roomId, host) });
  await open(server, joined);
  await connectPerson(joined.answer, joined.cookie);
  expect(await restart(otherNode, joined)).toBe("200");
  const next = await joinAs(server, { cookie: joined.cookie, participantId: joined.answer.participantId });
  await connectPerson(next.answer, next.cookie);
  await eventually(isOver);
  const of = (sessionId: string) => told.filter(({ room }) => room.sessionId === sessionId).map(({ name }) => name);
  const began = ["sessionStarted", "participantJoined"];
  expect(of(joined.answer.sessionId)).toEqual([
    "roomCreated",
    ...began,
    "participantLeft",
    "sessionEnded",
    "artifactCreated",
    "sessionWiped",
  ]);
  expect(of(next.answer.sessionId)).toEqual(began);
  expectOneEach();
});

it("a room that nobody joined is told of too", async () => {
  const roomId = await server.createRoom();
  await otherNode.manage("/room/endRoom", { room_id: roomId });
  expect(story(roomId)).toEqual(["roomCreated", "sessionEnded ended_by_api", "sessionWiped ended_by_api"]);
});

it("an end that another node takes over is told again under the same ids, and not once it was counted", async () => {
  const { context } = server;
  const roomId = await server.createRoom();
  const ada = await enter(server, roomId, { name: "Ada", user_id: "ada" });
  const { value: room } = (await context.state.rooms.get(roomId))!;
  const now = Date.now();
  const phase = { name: "ending", startedAt: now, reason: "empty", endedAt: now, claimedAt: now, stock: null } as const;
  const [ending] = endingSessions({ ...room, phase });
  told = [];
  // A node that dies before it has counted anything.
  await context.attendance.allGone({ sessionId: ada.sid });
  const before = told.map(({ id }) => id);
  expect(before).toHaveLength(1);
  expect(await concludeSession(otherNode.context, { ...room, phase }, ending!)).toBe(true);
  expect(story(roomId)).toEqual([
    "participantLeft Ada session_ended",
    "participantLeft Ada session_ended",
    "sessionEnded empty",
    "artifactCreated",
    "sessionWiped empty",
  ]);
  expect(told[1]?.id).toBe(before[0]);
  told = [];
  const stock = { people: 1, messages: null, privateMessages: null, files: null, keys: null, at: now } as const;
  await concludeSession(context, { ...room, phase }, { ...ending!, stock });
  expect(story(roomId)).toEqual(["artifactCreated", "sessionWiped empty"]);
});

/** As a page does it that was reloaded. */
async function comeBack({ cookie, pid }: Person): Promise<Person> {
  const joined = await joinAs(server, { cookie, participantId: pid });
  return connectPerson(joined.answer, joined.cookie);
}
