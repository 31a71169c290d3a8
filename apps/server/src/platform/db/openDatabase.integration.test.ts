import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PastSessions, type PastSession } from "../../sessions/PastSessions.ts";
import { hasPostgres, startPostgres } from "../../testing/startPostgres.ts";
import { createLog } from "../log/createLog.ts";
import { openDatabase, type Database } from "./openDatabase.ts";
import { pastSessions } from "./schema.ts";

const log = createLog("silent");
const ended: PastSession = {
  sessionId: "s1",
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

async function keepsRecords(database: Database): Promise<void> {
  const records = new PastSessions(database.sql);
  await records.record(ended);
  expect(await database.sql.select().from(pastSessions)).toEqual([ended]);
  await records.record({ ...ended, roomId: "not this", wiped: true, leftovers: [] });
  expect(await database.sql.select().from(pastSessions)).toEqual([{ ...ended, wiped: true, leftovers: [] }]);
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
    const applied = await first.sql.execute(sql`select count(*)::int as count from drizzle.__drizzle_migrations`);
    expect(applied).toMatchObject({ rows: [{ count: 1 }] });
    for (const database of [first, ...others]) await database[Symbol.asyncDispose]();
  });
});
