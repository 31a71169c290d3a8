import { randomBytes } from "node:crypto";
import { cpus } from "node:os";
import { joinAnswerSchema } from "@sotto/protocol";
import { startStack, type Stack } from "@sotto/dev-env";
import { wsconnect, type NatsConnection } from "@nats-io/nats-core";
import { BareNats } from "../BareNats.ts";
import { inParallel } from "../inParallel.ts";
import { percentile, type Report } from "../Report.ts";

const rounds = 10;
const peoplePerRound = 64;
const people = rounds * peoplePerRound;
const rooms = 20;
const width = 32;

/**
 * Joins per second, `POST /api/join` and the NATS connect through proxy and auth callout, against connects to a
 * nats-server that asks nobody, from one client process, over WebSocket on both sides. They take turns, so that a machine
 * whose speed changes changes both; the first round of each warms up.
 */
export async function benchAdmission(): Promise<Report> {
  await using stack = await startStack();
  await using natsServer = await BareNats.start();
  const tokens = await newJoinTokens(stack);
  const bareRounds: Run[] = [];
  const sottoRounds: Run[] = [];
  const connections: NatsConnection[] = [];
  for (let round = 0; round <= rounds; round++) {
    const ofRound = tokens.slice(round * peoplePerRound, (round + 1) * peoplePerRound);
    const connect = async () => void connections.push(await wsconnect({ servers: natsServer.url, reconnect: false }));
    const admit = async (token: string) => void connections.push(await joinAndConnect(stack, token));
    bareRounds.push(await inParallel(ofRound, width, connect));
    sottoRounds.push(await inParallel(ofRound, width, admit));
  }
  await Promise.all(connections.map((connection) => connection.close()));
  const bare = sum(bareRounds.slice(1));
  const sotto = sum(sottoRounds.slice(1));
  const rate = (run: { seconds: number }) => people / run.seconds;
  const ratio = rate(sotto) / rate(bare);
  const row = (name: string, run: Run) => [
    name,
    `${rate(run).toFixed(0)} /s`,
    `${percentile(run.durationsMs, 50).toFixed(1)} ms`,
    `${percentile(run.durationsMs, 99).toFixed(1)} ms`,
    String(run.failures.length),
  ];
  return {
    bench: "admission",
    conditions: `${people} people into ${rooms} rooms, ${width} at a time, in ${rounds} turns, ${cpus().length} cores shared by client and servers`,
    columns: ["", "rate", "p50", "p99", "failed"],
    rows: [
      row("join and connect", sotto),
      row("bare NATS connect", bare),
      ["ratio", `${ratio.toFixed(2)}x`, "", "", ""],
    ],
    figures: [
      { name: "sotto", value: rate(sotto), unit: "/s" },
      { name: "bare", value: rate(bare), unit: "/s" },
      { name: "ratio", value: ratio, unit: "x" },
      { name: "sotto p50", value: percentile(sotto.durationsMs, 50), unit: "ms" },
      { name: "sotto p99", value: percentile(sotto.durationsMs, 99), unit: "ms" },
      { name: "bare p50", value: percentile(bare.durationsMs, 50), unit: "ms" },
      { name: "bare p99", value: percentile(bare.durationsMs, 99), unit: "ms" },
      { name: "sotto failed", value: sotto.failures.length, unit: "" },
      { name: "bare failed", value: bare.failures.length, unit: "" },
    ],
    notes: sotto.failures.slice(0, 3).map((failure) => `failed: ${String(failure)}`),
  };
}

type Run = Awaited<ReturnType<typeof inParallel>>;

function sum(runs: readonly Run[]): Run {
  return {
    seconds: runs.reduce((total, { seconds }) => total + seconds, 0),
    durationsMs: runs.flatMap(({ durationsMs }) => durationsMs),
    failures: runs.flatMap(({ failures }) => failures),
  };
}

async function newJoinTokens(stack: Stack): Promise<string[]> {
  const tokens: string[] = [];
  for (let index = 0; index < people + peoplePerRound; index++) {
    tokens.push(await stack.newJoinToken({ roomId: `bench-${index % rooms}`, userId: `user-${index}` }));
  }
  return tokens;
}

async function joinAndConnect(stack: Stack, token: string): Promise<NatsConnection> {
  const response = await fetch(`${stack.origin}/api/join`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ senderNonce: randomBytes(16).toString("base64url") }),
  });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  const { sessionId, participantId, nats } = joinAnswerSchema.parse(await response.json());
  return wsconnect({
    servers: nats.url,
    user: `${sessionId}.${participantId}`,
    pass: nats.secret,
    inboxPrefix: `${nats.inboxPrefix}.r`,
    reconnect: false,
  });
}
