import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { nkeyAuthenticator } from "@nats-io/nats-core";
import { connect } from "@nats-io/transport-node";
import { fileUploadResultSchema } from "@sotto/protocol";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connectAs, type TestParticipant } from "./testing/connectAs.ts";
import { joinAs } from "./testing/joinAs.ts";
import { sealedMessage } from "./testing/sealedMessage.ts";
import { startTestServer, type TestServer } from "./testing/startTestServer.ts";

/** docs/data-map.md lists everything that a running installation holds, and nothing else. */

const dataMap = join(import.meta.dirname, "../../../docs/data-map.md");

let server: TestServer;
let sessionId: string;
let person: TestParticipant;
let map: string;
beforeAll(async () => {
  [server, map] = await Promise.all([startTestServer(), readFile(dataMap, "utf8")]);
  sessionId = await holdMeeting();
});
afterAll(async () => {
  void person.client.close();
  await server[Symbol.asyncDispose]();
});

/** With everything that a meeting may have. */
async function holdMeeting(): Promise<string> {
  const features = { enable_analytics: true, end_to_end_encryption_features: { is_enabled: true } };
  const token = await server.joinToken(await server.createRoom(features));
  const { answer } = await joinAs(server, { token, analytics: true });
  person = await connectAs(answer);
  await person.call("pub-chat", sealedMessage());
  const announced = await person.call("file-upload", JSON.stringify({ bytes: 3 }));
  const { fileId, uploadToken } = fileUploadResultSchema.parse(announced.ok && announced.result);
  const headers = { authorization: `Bearer ${uploadToken}`, "content-type": "application/octet-stream" };
  await fetch(`${server.origin}/api/files/${fileId}`, { method: "PUT", headers, body: randomBytes(3) });
  return answer.sessionId;
}

/** A section of the document, without its heading. */
function section(heading: string, text = map): string {
  const depth = /^#+/.exec(heading)?.[0].length ?? 0;
  const [, after = ""] = text.split(`\n${heading}\n`);
  const end = after.search(new RegExp(`^#{1,${depth}} `, "m"));
  return end < 0 ? after : after.slice(0, end);
}

/** The names in the first column of the tables in a text. */
function firstColumn(text: string): string[] {
  return [...text.matchAll(/^\| `([^`]+)`/gm)].map(([, name = ""]) => name).toSorted();
}

it("has every table, and of each table every column", async () => {
  const answer = await server.context.database.sql.execute(
    sql`select table_name as name, column_name as column from information_schema.columns where table_schema not in ('pg_catalog', 'information_schema')`,
  );
  const { rows } = answer as { rows: { name: string; column: string }[] };
  const tables = [...new Set(rows.map(({ name }) => name))].toSorted();
  const records = section("## Records");
  const listed = [...records.matchAll(/^### `([^`]+)`$/gm)].map(([, name = ""]) => name);
  expect(listed.toSorted()).toEqual(tables);
  for (const table of tables) {
    const columns = rows.filter(({ name }) => name === table).map(({ column }) => column);
    expect([table, ...firstColumn(section(`### \`${table}\``, records))]).toEqual([table, ...columns.toSorted()]);
  }
});

it("has every stream of nats-server, the buckets among them", async () => {
  const system = await connect({
    servers: server.context.endpoints.natsServers,
    authenticator: nkeyAuthenticator(new TextEncoder().encode(server.secrets.nats.system)),
    inboxPrefix: "_C.system",
  });
  const query = JSON.stringify({ accounts: true, streams: true });
  const answer = await system.request("$SYS.REQ.SERVER.PING.JSZ", query, { timeout: 5_000 });
  await system.close();
  const { data } = answer.json<{ data: { account_details?: { stream_detail?: { name: string }[] }[] } }>();
  const streams = (data.account_details ?? []).flatMap(({ stream_detail = [] }) =>
    stream_detail.map(({ name }) => name.replace(sessionId, "<session>")),
  );
  expect(firstColumn(section("## Streams of nats-server"))).toEqual(streams.toSorted());
});

it("has every file and folder of the data folder", async () => {
  const names = await readdir(server.dataDir, { recursive: true });
  const paths = names
    .filter((name) => !name.startsWith("records/"))
    .map((name) => name.replace(sessionId, "<session>").replace(/(?<=<session>\/).+/, "<file>"));
  expect(firstColumn(section("## Data folder"))).toEqual([...new Set(paths)].toSorted());
});
