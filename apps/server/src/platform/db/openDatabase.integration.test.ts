import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Artifacts, type Artifact } from "../../receipts/Artifacts.ts";
import { PastSessions, type PastSession } from "../../sessions/PastSessions.ts";
import { hasPostgres, startPostgres } from "../../testing/startPostgres.ts";
import { createLog } from "../log/createLog.ts";
import { openDatabase, type Database } from "./openDatabase.ts";
import { pastSessions } from "./schema.ts";

const log = createLog("silent");
const ended: PastSession = {
  sessionId: "s1",
  owner: "main",
  roomId: "r1",
  roomTitle: "'; drop table past_sessions; --",
  webhookUrl: "",
  joinedParticipants: 2,
  createdAt: new Date(1_000),
  endedAt: new Date(2_000),
  endReason: "empty",
  wiped: false,
  leftovers: ["stream"],
};

const receipt: Artifact = {
  artifactId: "a1",
  owner: "main",
  roomId: "r1",
  sessionId: "s1",
  type: "DATA_RECEIPT",
  created: new Date(3_000),
  metadata: { final: false },
  content: "something is left",
};

async function keepsArtifacts(database: Database): Promise<void> {
  const artifacts = new Artifacts(database.sql);
  await artifacts.put(receipt);
  expect(await artifacts.find("a1")).toEqual(receipt);
  const later = { artifactId: "a2", metadata: { final: true }, content: "nothing is left" };
  await artifacts.put({ ...receipt, ...later, created: new Date(9_000) });
  const final = { ...receipt, ...later, artifactId: "a1" };
  expect(await artifacts.ofSession("s1", "DATA_RECEIPT")).toEqual(final);
  await artifacts.put({ ...receipt, artifactId: "a3", content: "an attempt that came late" });
  expect(await artifacts.ofSession("s1", "DATA_RECEIPT")).toEqual(final);

  for (const number of [2, 3, 4]) {
    const created = new Date(3_000 + number);
    await artifacts.put({ ...receipt, artifactId: `b${number}`, roomId: "r2", sessionId: `s${number}`, created });
  }
  const list = async (query: object) => {
    const all = { owner: "main", roomIds: [], sessionId: null, from: 0, limit: 10, newestFirst: true };
    const { total, rows } = await artifacts.list({ ...all, ...query });
    return [total, ...rows.map(({ artifactId }) => artifactId)];
  };
  expect(await list({})).toEqual([4, "b4", "b3", "b2", "a1"]);
  expect(await list({ roomIds: ["r2", "'; drop table artifacts; --"] })).toEqual([3, "b4", "b3", "b2"]);
  expect(await list({ roomIds: ["r2"], newestFirst: false, from: 1, limit: 1 })).toEqual([3, "b3"]);
  expect(await list({ roomIds: ["r2"], sessionId: "s1" })).toEqual([1, "a1"]);
  expect(await list({ from: Number.MAX_SAFE_INTEGER })).toEqual([4]);
  expect(await list({ owner: "c_other" })).toEqual([0]);
  expect(await list({ owner: "c_other", sessionId: "s1" })).toEqual([0]);
  expect([
    await artifacts.delete("c_other", "b3"),
    await artifacts.delete("main", "b3"),
    await artifacts.delete("main", "b3"),
  ]).toEqual([false, true, false]);
  await artifacts.put({ ...receipt, artifactId: "c1", type: "ANALYTICS" });
  expect(await list({ sessionId: "s1" })).toEqual([2, "c1", "a1"]);
  expect(await list({ type: "ANALYTICS" })).toEqual([1, "c1"]);
  expect(await artifacts.idsBySession(["s1", "s2"], "ANALYTICS")).toEqual(new Map([["s1", "c1"]]));
  await artifacts.deleteOlderThan("DATA_RECEIPT", new Date(3_003));
  expect(await list({})).toEqual([2, "b4", "c1"]);
  await artifacts.deleteOlderThan("ANALYTICS", new Date(3_001));
  expect(await list({})).toEqual([1, "b4"]);
}

async function keepsRecords(database: Database): Promise<void> {
  const records = new PastSessions(database.sql);
  await records.record(ended);
  expect(await database.sql.select().from(pastSessions)).toEqual([ended]);
  await records.record({ ...ended, roomId: "not this", wiped: true, leftovers: [] });
  expect(await database.sql.select().from(pastSessions)).toEqual([{ ...ended, wiped: true, leftovers: [] }]);

  const listed = async (owner: string) => {
    const { total, rows } = await records.list({ owner, roomIds: [], from: 0, limit: 10, newestFirst: true });
    return [total, ...rows.map(({ sessionId }) => sessionId)];
  };
  // As a version that knew of one client writes it.
  const { sessionId, roomId } = { sessionId: "s0", roomId: "r0" };
  await database.sql.execute(sql`insert into past_sessions
    (session_id, room_id, room_title, webhook_url, joined_participants, created_at, ended_at, end_reason, wiped, leftovers)
    values (${sessionId}, ${roomId}, '', '', 1, now(), now(), 'empty', true, '[]')`);
  expect([await listed("main"), await listed("c_other")]).toEqual([[2, "s0", "s1"], [0]]);
  await database.sql.delete(pastSessions).where(eq(pastSessions.sessionId, sessionId));
}

describe("the embedded database", () => {
  let dataDir: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "sotto-db-"));
  });
  afterAll(() => rm(dataDir, { recursive: true }));

  it("keeps records, over a restart too", async () => {
    const first = await openDatabase({ url: undefined, dataDir, log });
    await keepsRecords(first);
    await keepsArtifacts(first);
    await first[Symbol.asyncDispose]();
    await using second = await openDatabase({ url: undefined, dataDir, log });
    expect(await second.sql.select().from(pastSessions)).toHaveLength(1);
  });
});

describe.skipIf(!hasPostgres)("Postgres", () => {
  it("is migrated by several nodes that start together, and keeps the same records", async () => {
    await using server = await startPostgres();
    const open = () => openDatabase({ url: server.url, dataDir: "/nowhere", log });
    const [first, ...others] = await Promise.all([open(), open(), open()]);
    await keepsRecords(first);
    await keepsArtifacts(first);
    const applied = await first.sql.execute(sql`select count(*)::int as count from drizzle.__drizzle_migrations`);
    expect(applied).toMatchObject({ rows: [{ count: 5 }] });
    for (const database of [first, ...others]) await database[Symbol.asyncDispose]();
  });
});
