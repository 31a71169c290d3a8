import { randomBytes } from "node:crypto";
import { cpus } from "node:os";
import { joinAnswerSchema, subjects, type JoinAnswer } from "@sotto/protocol";
import { startStack, type Stack } from "@sotto/dev-env";
import { BareNats } from "../BareNats.ts";
import { allAtOnce, bareStore, makeBareStream, oneByOne, sottoStore, type Storer } from "../chat/acknowledged.ts";
import type { CountingOptions } from "../chat/CountingClient.ts";
import { Helper } from "../chat/Helper.ts";
import type { ListenerAnswer, ListenerCommand } from "../chat/listeners.ts";
import type { SpeakerAnswer, SpeakerCommand } from "../chat/speakers.ts";
import { cpuSecondsOf, descendantsNamed } from "../cpuSeconds.ts";
import { percentile, type Figure, type Report } from "../Report.ts";

/** How many are connected, and how many messages are said as fast as possible. */
const sizes = [
  { connected: 10, messages: 600 },
  { connected: 100, messages: 600 },
  { connected: 300, messages: 300 },
];
const speaking = 4;
const rounds = 3;
const pace = { perSecond: 50, seconds: 6 };
const acknowledging = { connections: 16, each: 100, oneByOne: 150 };
/** A sealed message of one block, its id, and the header that JetStream delivers with it. */
const paddingBytes = 16 + 41 + 1024 + 16 + 70 - 20;

type Side = "sotto" | "bare";
const sides = ["sotto", "bare"] as const;

interface Measured {
  /** Deliveries a second. */
  rates: number[];
  latenciesMs: number[];
  cpu: Record<string, number>;
}

/**
 * A message to everybody, from saying it to everybody having it: sealed, through the control plane, stored, delivered and
 * opened; against nats-server alone, over WebSocket, with messages of the same size. In turns, in one run.
 */
export async function benchChat(): Promise<Report> {
  // What one person may send is not what is measured here.
  await using stack = await startStack({
    config: { messages: { perSecond: 1000, publicMegabytes: 256, personPercent: 100 } },
  });
  await using bare = await BareNats.start();
  await using speakers = new Helper<SpeakerCommand, SpeakerAnswer>(new URL("../chat/speakers.ts", import.meta.url));
  await using listeners = new Helper<ListenerCommand, ListenerAnswer>(new URL("../chat/listeners.ts", import.meta.url));
  const processes = new Map<string, number>([
    ["control plane", stack.nodes[0]?.pid ?? 0],
    ["its nats-server", descendantsNamed("nats-server").find((pid) => pid !== bare.pid) ?? 0],
    ["bare nats-server", bare.pid],
    ["speakers", speakers.pid],
    ["listeners", listeners.pid],
  ]);
  const rows: (readonly string[])[] = [];
  const figures: Figure[] = [];
  const notes: string[] = [];
  for (const { connected, messages } of sizes) {
    const measured: Record<Side, Measured> = {
      sotto: { rates: [], latenciesMs: [], cpu: {} },
      bare: { rates: [], latenciesMs: [], cpu: {} },
    };
    for (let round = 0; round < rounds; round++) {
      for (const side of inTurn(round)) {
        const isWarmUp = round === 0;
        await (side === "sotto"
          ? openSotto(stack, speakers, listeners, connected)
          : openBare(bare, speakers, listeners, connected));
        const before = readCpu(processes);
        const [flood, all] = await Promise.all([
          speakers.ask({ do: "flood", count: messages, inFlight: 4 }),
          listeners.ask({ do: "await", count: messages }),
        ]);
        if (all.at === null) throw new Error(`${side}: not everybody got everything`);
        if (isWarmUp) continue;
        const seconds = (Math.max(flood.until, all.at) - flood.from) / 1000;
        measured[side].rates.push((messages * connected) / seconds);
        measured[side].cpu = shareOf(before, readCpu(processes), seconds);
        const paced = await speakers.ask({ do: "pace", ...pace });
        await listeners.ask({ do: "await", count: pace.perSecond * pace.seconds });
        measured[side].latenciesMs.push(...paced.latenciesMs);
      }
    }
    const { sotto, bare: raw } = measured;
    const ratio = mean(sotto.rates) / mean(raw.rates);
    for (const side of sides) {
      rows.push([
        `${connected}: ${side === "sotto" ? "Sotto" : "nats-server"}`,
        `${mean(measured[side].rates).toFixed(0)} /s`,
        ...[50, 99].map((rank) => `${percentile(measured[side].latenciesMs, rank).toFixed(1)} ms`),
      ]);
      const cpu = Object.entries(measured[side].cpu).map(([name, share]) => `${name} ${(share * 100).toFixed(0)} %`);
      notes.push(
        `${connected} connected, ${side}, CPU while as fast as possible (100 % is one core): ${cpu.join(", ")}`,
      );
      figures.push(
        { name: `${side} deliveries to ${connected}`, value: mean(measured[side].rates), unit: "/s" },
        { name: `${side} p50 to ${connected}`, value: percentile(measured[side].latenciesMs, 50), unit: "ms" },
        { name: `${side} p99 to ${connected}`, value: percentile(measured[side].latenciesMs, 99), unit: "ms" },
      );
    }
    const p99 = percentile(sotto.latenciesMs, 99) / percentile(raw.latenciesMs, 99);
    const p50 = percentile(sotto.latenciesMs, 50) / percentile(raw.latenciesMs, 50);
    rows.push([`${connected}: ratio`, `${ratio.toFixed(2)}x`, `${p50.toFixed(2)}x`, `${p99.toFixed(2)}x`]);
    figures.push({ name: `deliveries ratio at ${connected}`, value: ratio, unit: "x" });
    figures.push({ name: `p99 ratio at ${connected}`, value: p99, unit: "x" });
  }
  const stored = await benchAcknowledged(stack, bare);
  rows.push(...stored.rows);
  figures.push(...stored.figures);
  return {
    bench: "chat",
    conditions: `${speaking} of those connected speak, hear and open everything; deliveries as fast as possible, latency at ${pace.perSecond} messages a second; ${rounds - 1} turns each after a warm-up; ${cpus().length} cores shared by clients and servers`,
    columns: ["", "rate", "p50", "p99"],
    rows,
    figures,
    notes: [
      ...notes,
      "nats-server: core publish and subscribe over WebSocket, nothing sealed, stored, asked or proxied; for `stored`, JetStream with the settings of a session's stream.",
    ],
  };
}

async function benchAcknowledged(stack: Stack, bare: BareNats): Promise<Pick<Report, "rows" | "figures">> {
  await makeBareStream(bare.url);
  const rates: Record<Side, number[]> = { sotto: [], bare: [] };
  const latenciesMs: Record<Side, number[]> = { sotto: [], bare: [] };
  for (let round = 0; round < rounds; round++) {
    for (const side of inTurn(round)) {
      const stores: Storer[] = [];
      // One more, which is timed alone: what a connection may send without being slowed would not do for both.
      for (let index = 0; index <= acknowledging.connections; index++) {
        stores.push(
          side === "sotto" ? await sottoStore(await join(stack, "stored")) : await bareStore(bare.url, index),
        );
      }
      const [alone, ...together] = stores;
      if (!alone) throw new Error("there is nobody to store anything");
      const durationsMs = await oneByOne(alone, acknowledging.oneByOne);
      const rate = await allAtOnce(together, acknowledging.each);
      if (round > 0) {
        rates[side].push(rate);
        latenciesMs[side].push(...durationsMs);
      }
      await Promise.all(stores.map((store) => store.close()));
    }
  }
  const ratio = mean(rates.sotto) / mean(rates.bare);
  const added = percentile(latenciesMs.sotto, 50) - percentile(latenciesMs.bare, 50);
  const row = (name: string, side: Side) => [
    name,
    `${mean(rates[side]).toFixed(0)} /s`,
    ...[50, 99].map((rank) => `${percentile(latenciesMs[side], rank).toFixed(1)} ms`),
  ];
  return {
    rows: [
      row("stored: Sotto", "sotto"),
      row("stored: nats-server", "bare"),
      ["stored: ratio, added p50", `${ratio.toFixed(2)}x`, `${added.toFixed(2)} ms`, ""],
    ],
    figures: [
      { name: "sotto stored", value: mean(rates.sotto), unit: "/s" },
      { name: "bare stored", value: mean(rates.bare), unit: "/s" },
      { name: "stored ratio", value: ratio, unit: "x" },
      { name: "stored added p50", value: added, unit: "ms" },
    ],
  };
}

async function openSotto(
  stack: Stack,
  speakers: Helper<SpeakerCommand, SpeakerAnswer>,
  listeners: Helper<ListenerCommand, ListenerAnswer>,
  connected: number,
): Promise<void> {
  const roomId = `chat-${randomBytes(4).toString("hex")}`;
  const clients: CountingOptions[] = [];
  for (let index = speaking; index < connected; index++) clients.push(listenerFor(await join(stack, roomId)));
  const tokens: string[] = [];
  for (let index = 0; index < speaking; index++) tokens.push(await stack.newJoinToken({ roomId }));
  await speakers.ask({ do: "open-sotto", origin: stack.origin, tokens });
  await listeners.ask({ do: "open", clients });
}

async function openBare(
  { url }: BareNats,
  speakers: Helper<SpeakerCommand, SpeakerAnswer>,
  listeners: Helper<ListenerCommand, ListenerAnswer>,
  connected: number,
): Promise<void> {
  const subject = `chat.${randomBytes(4).toString("hex")}`;
  const padding = "x".repeat(paddingBytes);
  const marker = `MSG ${subject}`;
  const clients = Array.from({ length: connected - speaking }, () => ({
    url,
    login: {},
    lines: [`SUB ${subject} 1`],
    marker,
  }));
  await speakers.ask({ do: "open-bare", url, subject, speakers: speaking, padding });
  await listeners.ask({ do: "open", clients });
}

/** Subscribes and resumes as a page does. */
function listenerFor({ sessionId: sid, participantId: pid, nats }: JoinAnswer): CountingOptions {
  const resume = JSON.stringify({ after: { public: 0, private: 0 } });
  const subscribed = ["s", "d", "r.*"].map((last, index) => `SUB ${nats.inboxPrefix}.${last} ${index + 1}`);
  const request = `PUB ${subjects.rpc(sid, pid, "resume")} ${subjects.replies(nats.inboxPrefix)}.x ${resume.length}`;
  return {
    url: nats.url,
    login: { user: `${sid}.${pid}`, pass: nats.secret },
    lines: [...subscribed, request, resume],
    marker: `HMSG m.${sid}.pub.`,
  };
}

async function join(stack: Stack, roomId: string): Promise<JoinAnswer> {
  const response = await fetch(`${stack.origin}/api/join`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${await stack.newJoinToken({ roomId })}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ senderNonce: randomBytes(16).toString("base64url") }),
  });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return joinAnswerSchema.parse(await response.json());
}

/** The order changes every round, so that neither side always follows the other. */
function inTurn(round: number): readonly Side[] {
  return round % 2 === 0 ? sides : sides.toReversed();
}

function readCpu(processes: ReadonlyMap<string, number>): Map<string, number> {
  return new Map([...processes].map(([name, pid]) => [name, cpuSecondsOf(pid)]));
}

/** Cores in use. */
function shareOf(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  seconds: number,
): Record<string, number> {
  return Object.fromEntries([...after].map(([name, used]) => [name, (used - (before.get(name) ?? 0)) / seconds]));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
