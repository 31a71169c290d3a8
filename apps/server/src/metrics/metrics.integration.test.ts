import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { enter } from "../testing/enter.ts";
import { eventually } from "../testing/eventually.ts";
import { tryJoin } from "../testing/joinAs.ts";
import { killEngine } from "../testing/killEngine.ts";
import { startTestServer, type TestServer } from "../testing/startTestServer.ts";
import { startWebhookTarget, type WebhookTarget } from "../testing/startWebhookTarget.ts";

/** What Prometheus is told: figures that are right, under names that are the same whatever people do. */
let server: TestServer;
let target: WebhookTarget;
beforeAll(async () => {
  target = await startWebhookTarget({ secret: () => server.secrets.api.secret });
  server = await startTestServer({
    metrics: { port: 0 },
    webhooks: { urls: [target.url], allowedNetworks: ["127.0.0.1/32"], maxDelaySeconds: 1 },
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await target[Symbol.asyncDispose]();
});

const scrape = async () => (await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`)).text();
const linesOf = (text: string) => text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
/** Every series without its value. */
const seriesOf = (text: string) => linesOf(text).map((line) => line.slice(0, line.lastIndexOf(" ")));
const valueOf = async (series: string) => {
  const line = linesOf(await scrape()).find((each) => each.startsWith(`${series} `));
  if (line === undefined) throw new Error(`there is no ${series}`);
  return Number(line.slice(series.length + 1));
};

it("counts what happens, and has the same series before and after, whatever people are called", async () => {
  const before = await scrape();
  const canaries = Array.from({ length: 5 }, () => `canary${randomBytes(8).toString("hex")}`);
  const [room_id, room_title, name, user_id, field = ""] = canaries;
  await server.manage("/room/create", { room_id, metadata: { room_title, room_features: {} } });
  const ada = await enter(server, room_id ?? "", { name, user_id, is_admin: true });
  await enter(server, room_id ?? "", {});
  const token = await server.joinToken(room_id ?? "");
  await tryJoin(server, { token });
  expect(await tryJoin(server, { token })).toMatchObject({ error: { code: "token_used" } });
  await tryJoin(server, { token: field });
  await tryJoin(server, { token, name: "x".repeat(300_000) });
  await ada.call("snapshot");
  await ada.call("moderate", JSON.stringify({ [field]: field }));
  await ada.mayPublish(`m.${ada.sid}.rpc.${ada.pid}.${field}`);
  await fetch(`${server.origin}/${field}?${field}`, { method: "PATCH", headers: { "user-agent": field } });

  await eventually(async () => (await valueOf('sotto_participants{state="online"}')) === 2);
  expect(await valueOf('sotto_participants{state="joining"}')).toBe(1);
  expect(await valueOf("sotto_sessions")).toBe(1);
  expect(await valueOf("sotto_nats_connected")).toBe(1);
  expect(await valueOf('sotto_joins_total{outcome="joined"}')).toBe(3);
  expect(await valueOf('sotto_joins_total{outcome="token_used"}')).toBe(1);
  expect(await valueOf('sotto_joins_total{outcome="token_invalid"}')).toBe(1);
  expect(await valueOf('sotto_joins_total{outcome="body_too_large"}')).toBe(1);
  expect(await valueOf('sotto_rpc_seconds_count{method="snapshot"}')).toBe(1);
  expect(await valueOf('sotto_rpc_seconds_bucket{method="snapshot",le="+Inf"}')).toBe(1);
  expect(await valueOf('sotto_rpc_refused_total{code="body_invalid"}')).toBe(1);
  expect(await valueOf('sotto_http_seconds_count{status="4xx"}')).toBeGreaterThanOrEqual(4);
  await server.manage("/room/endRoom", { room_id });
  expect(await valueOf('sotto_sessions_ended_total{result="gone"}')).toBe(1);
  expect(await valueOf("sotto_rooms")).toBe(0);
  killEngine(server, "livekit");
  await eventually(async () => (await valueOf('sotto_engine_crashes_total{engine="livekit-server"}')) === 1);

  const after = await scrape();
  expect(seriesOf(after)).toEqual(seriesOf(before));
  expect(canaries.filter((canary) => after.includes(canary))).toEqual([]);
});

it("counts webhooks that were taken, that were not, that wait and that were given up, and says nothing of where to", async () => {
  const { database } = server.context;
  const waiting = () => valueOf('sotto_webhooks{state="waiting"}');
  const attempts = (outcome: string) => valueOf(`sotto_webhook_attempts_total{outcome="${outcome}"}`);
  await eventually(async () => (await waiting()) === 0);
  const before = { delivered: await attempts("delivered"), failed: await attempts("failed") };
  expect(before.delivered).toBe(target.taken.length);
  target.answerWith(() => 503);
  await server.createRoom();
  await eventually(async () => (await attempts("failed")) > before.failed);
  expect(await waiting()).toBe(1);
  expect(await valueOf('sotto_webhooks{state="dead"}')).toBe(0);
  await database.sql.execute(sql`update webhook_deliveries set give_up_at = now()`);
  await eventually(async () => (await valueOf('sotto_webhooks{state="dead"}')) === 1);
  expect(await waiting()).toBe(0);
  target.answerWith(() => 200);
  await server.context.webhooks.resend([]);
  await eventually(async () => (await attempts("delivered")) === before.delivered + 1);

  const series = seriesOf(await scrape());
  await database.sql.execute(sql`alter table webhook_deliveries rename to webhook_deliveries_away`);
  const withoutDatabase = await scrape();
  await database.sql.execute(sql`alter table webhook_deliveries_away rename to webhook_deliveries`);
  expect(withoutDatabase).toContain('sotto_webhooks{state="dead"} NaN\n');
  expect(seriesOf(withoutDatabase)).toEqual(series);
  expect(series.filter((each) => /webhook/.test(each)).join()).not.toMatch(/http|127|main|secret|[\da-f]{8}/);
});

it("is in Prometheus's format, and each metric is in the documentation", async () => {
  const text = await scrape();
  const sample = /^[a-z\d_]+(\{[a-z]+="[\w+.-]+"(,le="[\w+.]+")?\})? -?[\d.e+-]+$/;
  expect(linesOf(text).filter((line) => !sample.test(line))).toEqual([]);
  const names = [...text.matchAll(/^# TYPE (\w+) (counter|gauge|histogram)$/gm)].map(([, name]) => name ?? "");
  expect(new Set(names).size).toBe(names.length);
  const docs = readFileSync(join(import.meta.dirname, "../../../../docs/operations.md"), "utf8");
  expect(names.filter((name) => !docs.includes(`\`${name}\``))).toEqual([]);
  const alerts = readFileSync(join(import.meta.dirname, "../../../../deploy/alerts.yml"), "utf8");
  const used = [...alerts.matchAll(/sotto_\w+/g)].map(([name]) => name.replace(/_bucket$/, ""));
  expect(used.length).toBeGreaterThan(3);
  expect(used.filter((name) => !names.includes(name))).toEqual([]);
});

it("is not at the public address, nor is anything else at this one", async () => {
  expect((await fetch(`${server.origin}/metrics`)).status).toBe(404);
  for (const path of ["/", "/metrics/", "/metrics?x", "/api/installation"])
    expect((await fetch(`http://127.0.0.1:${server.metricsPort}${path}`)).status, path).toBe(404);
  const post = await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`, { method: "POST" });
  expect(post.status).toBe(404);
});
