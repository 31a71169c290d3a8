import { tryCanaries } from "../canaries/tryCanaries.ts";
import { Inspector } from "../inspect/Inspector.ts";
import { leaveAndListen } from "../leaving/leaveAndListen.ts";
import { defineProof } from "../Proof.ts";
import { canary, createRoom, join, newRoomId, newSenderNonce, newToken } from "../rooms.ts";
import { describeSearch, findForms, searchFolders } from "../search/findForms.ts";
import { secretForms, textForms, type Form } from "../search/secretForms.ts";
import { secretsOf } from "../search/secretsOf.ts";

/** The half of P2 about rooms with a server-generated key: its secret is in memory and with those who are in, nowhere else. */
export const p2 = defineProof({
  promise: "P2",
  title: "a server-generated key is in memory and with the people in the meeting, nowhere else",
  needs: ["integrator"],
  async carryOut({ origin, browser, access }, ledger) {
    const { management } = access.integrator;
    const [roomId, title] = [newRoomId(), canary("title")];
    await createRoom(management, { roomId, title, encrypted: true });
    const [token, otherToken] = [await newToken(management, roomId), await newToken(management, roomId)];
    const asked = (name: string, request: object = {}) => management.send(name, JSON.stringify(request));

    const answer = await join(origin, token);
    const { root, epochs } = secretsOf(answer);
    const forms = [root, ...epochs.map(({ secret }) => secret)].flatMap(secretForms);
    const titleForms = textForms(title);
    const inAnswer = findForms(JSON.stringify(answer), forms);
    ledger.noteControl(
      "the search finds the secret in the join answer",
      inAnswer.includes("base64url"),
      `${1 + epochs.length} secrets of 32 bytes, ${forms.length} forms, found as ${inAnswer.join(", ")}`,
    );

    const early = await texts([
      await get(origin, "/api/lobby", otherToken),
      await post(origin, otherToken.slice(0, -2)),
    ]);
    const earlyLeaks = early.flatMap((text) => findForms(text, forms));
    ledger.note("not given before joining", earlyLeaks.length === 0, `lobby and refused join: ${found(earlyLeaks)}`);
    const replayed = await post(origin, token);
    const replayedText = await replayed.clone().text();
    ledger.note(
      "not given again to a used token",
      replayed.status >= 400 && findForms(replayedText, forms).length === 0,
      `HTTP ${replayed.status}, ${found(findForms(replayedText, forms))}`,
    );

    const room = { room_id: roomId };
    const person = { name: "A proof", user_id: "proof" };
    const answers = await texts([
      await asked("/room/create", { ...room, metadata: { room_title: title, room_features: {} } }),
      await asked("/room/getJoinToken", { ...room, user_info: person }),
      await asked("/room/isRoomActive", room),
      await asked("/room/getActiveRoomInfo", room),
      await asked("/room/getActiveRoomsInfo"),
      await get(origin, "/api/installation"),
      await get(origin, "/healthCheck"),
    ]);
    const naming = answers.filter((text) => findForms(text, titleForms).length > 0).length;
    ledger.noteControl(
      "room information holds the room's title",
      naming >= 3,
      `${naming} of ${answers.length} answers`,
    );
    const leaks = answers.flatMap((text) => findForms(text, forms));
    const sizeBytes = answers.join("").length;
    ledger.note("management API, room metadata", leaks.length === 0, `${found(leaks)} in ${sizeBytes} bytes`);

    await ledger.part("what the engines hold", ["dataFolders"], access, ({ dataFolders }) =>
      lookIntoEngines(dataFolders[0], answer.sessionId, roomId, forms),
    );

    await management.demand("/room/endRoom", room);
    const ended = await texts([await asked("/room/endRoom", room), await asked("/room/getActiveRoomInfo", room)]);
    const endedLeaks = ended.flatMap((text) => findForms(text, forms));
    ledger.note("management API after the end", endedLeaks.length === 0, found(endedLeaks));

    await ledger.part("webhooks", ["webhooks"], access, async ({ webhooks }) => {
      const finished = await webhooks.hears(roomId, "room_finished");
      const told = webhooks.textOf(roomId);
      const control = findForms(told, titleForms);
      const events = webhooks.eventsOf(roomId);
      ledger.noteControl(
        "the webhooks hold the room's title",
        control.length > 0,
        `${found(control)}; ${events.join(", ")}`,
      );
      const leaked = findForms(told, forms);
      return { holds: finished && leaked.length === 0, evidence: `${found(leaked)} in ${told.length} characters` };
    });
    await ledger.part("data folders, after the end", ["dataFolders"], access, async ({ dataFolders }) => {
      const control = searchFolders(dataFolders, titleForms);
      ledger.noteControl("the data folder holds the room's title", control.found.length > 0, describeSearch(control));
      const search = searchFolders(dataFolders, forms);
      return { holds: search.found.length === 0, evidence: describeSearch(search) };
    });
    await ledger.part("logs", ["logs"], access, async ({ logs }) => {
      const written = logs();
      const control = findForms(written, textForms(answer.sessionId));
      ledger.noteControl("the logs hold the session's id", control.length > 0, found(control));
      const leaked = findForms(written, forms);
      return { holds: leaked.length === 0, evidence: `${found(leaked)} in ${written.length} characters` };
    });
    await ledger.part("who left opens nothing sent two seconds later", ["integrator"], access, ({ integrator }) =>
      leaveAndListen(origin, integrator.management, ledger),
    );
    const everything = ["integrator", "dataFolders", "logs", "engineTraces", "webhooks"] as const;
    if (ledger.hasAccess("what people type", everything, access))
      await tryCanaries({ origin, browser, access }, ledger);
  },
});

/** The state is in memory, its bucket of keys holds this one, and nothing else does: not the SFU, no other entry. */
async function lookIntoEngines(dataFolder: string, sessionId: string, roomId: string, forms: readonly Form[]) {
  await using inspector = new Inspector(dataFolder);
  const { entries, streams, rooms } = await inspector.look();
  const holding = entries.filter(({ value }) => value !== null && findForms(value, forms).length > 0);
  const expected = holding.length === 1 && holding[0]?.bucket === "keys" && holding[0].key === sessionId;
  const onDisk = streams.filter(({ storage }) => storage !== "memory").map(({ name }) => name);
  const sfuRoom = rooms.find(({ name }) => name === sessionId);
  const inSfu = findForms(JSON.stringify(rooms), forms);
  const roomEntry = entries.some(({ bucket, key }) => bucket === "rooms" && key === roomId);
  return {
    holds: expected && onDisk.length === 0 && sfuRoom !== undefined && inSfu.length === 0 && roomEntry,
    evidence: [
      `${entries.length} entries, of which with the secret: ${holding.map(({ bucket }) => `one in ${bucket}`).join(", ") || "none"}`,
      `${streams.length} streams, of which on disk: ${onDisk.join(", ") || "none"}`,
      `SFU room with ${sfuRoom?.json.length ?? 0} bytes of metadata: ${found(inSfu)}`,
    ].join("; "),
  };
}

function get(origin: string, path: string, token?: string): Promise<Response> {
  return fetch(origin + path, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
}

function post(origin: string, token: string): Promise<Response> {
  return fetch(`${origin}/api/join`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ senderNonce: newSenderNonce() }),
  });
}

function texts(responses: readonly Response[]): Promise<string[]> {
  return Promise.all(
    responses.map(async (response) => JSON.stringify([...response.headers]) + (await response.text())),
  );
}

function found(names: readonly string[]): string {
  return names.length === 0 ? "not found" : `found as ${[...new Set(names)].join(", ")}`;
}
