import { cpus } from "node:os";
import { startStack } from "@sotto/dev-env";
import { ApiCaller } from "../api/ApiCaller.ts";
import { BareApi } from "../api/BareApi.ts";
import { inParallel } from "../inParallel.ts";
import { percentile, type Report } from "../Report.ts";

const rounds = 8;
const peoplePerRound = 200;
const people = rounds * peoplePerRound;
const rooms = 20;
const width = 32;

const steps = ["create", "getJoinToken", "join"] as const;
type Step = (typeof steps)[number];

/** What one side took: the whole way of each person, and each step of it. */
interface Side {
  name: string;
  caller: ApiCaller;
  seconds: number;
  waysMs: number[];
  stepsMs: Record<Step, number[]>;
  failures: unknown[];
}

/**
 * How many people per second an integrator sends in: for each one `create` (of a room that most of the time is there, as
 * integrators do), `getJoinToken` and `join`. Against the least that does the same with Fastify, jose and NATS KV, which
 * knows no sessions, roles, keys or rights. Both sides take turns; the first round of each warms up and makes the rooms.
 */
export async function benchApi(): Promise<Report> {
  await using stack = await startStack({ config: { api: { requestsPerMinute: 10_000_000 } } });
  const credentials = { key: stack.apiKey, secret: stack.apiSecret };
  await using bareApi = await BareApi.start(stack.apiSecret);
  using bareCaller = new ApiCaller(bareApi.origin, credentials);
  using sottoCaller = new ApiCaller(stack.origin, credentials);
  const [sotto, bare] = [newSide("Sotto", sottoCaller), newSide("bare", bareCaller)] as const;
  for (let round = 0; round <= rounds; round++) {
    for (const side of [bare, sotto]) await runRound(side, round);
  }
  const rate = ({ seconds, waysMs }: Side) => waysMs.length / seconds;
  const ratio = rate(sotto) / rate(bare);
  const row = (side: Side) => [
    side.name,
    `${rate(side).toFixed(0)} /s`,
    `${percentile(side.waysMs, 50).toFixed(1)} ms`,
    `${percentile(side.waysMs, 99).toFixed(1)} ms`,
    ...steps.map((step) => `${percentile(side.stepsMs[step], 50).toFixed(1)} ms`),
    String(side.failures.length),
  ];
  return {
    bench: "api",
    conditions: `${people} people into ${rooms} rooms, ${width} at a time, in ${rounds} turns, ${cpus().length} cores shared by client and servers`,
    columns: ["create + getJoinToken + join", "rate", "p50", "p99", ...steps.map((step) => `${step} p50`), "failed"],
    rows: [row(sotto), row(bare), ["ratio", `${ratio.toFixed(2)}x`]],
    figures: [
      { name: "ratio", value: ratio, unit: "x" },
      ...[sotto, bare].flatMap((side) => [
        { name: side.name, value: rate(side), unit: "/s" as const },
        { name: `${side.name} p50`, value: percentile(side.waysMs, 50), unit: "ms" as const },
        { name: `${side.name} p99`, value: percentile(side.waysMs, 99), unit: "ms" as const },
        { name: `${side.name} failed`, value: side.failures.length, unit: "" as const },
      ]),
    ],
    notes: [...sotto.failures, ...bare.failures].slice(0, 3).map((failure) => `failed: ${String(failure)}`),
  };
}

function newSide(name: string, caller: ApiCaller): Side {
  return { name, caller, seconds: 0, waysMs: [], stepsMs: { create: [], getJoinToken: [], join: [] }, failures: [] };
}

async function runRound(side: Side, round: number): Promise<void> {
  const { caller } = side;
  const stepsMs: Side["stepsMs"] = { create: [], getJoinToken: [], join: [] };
  const timed = async <T>(step: Step, work: Promise<T>): Promise<T> => {
    const began = performance.now();
    const result = await work;
    stepsMs[step].push(performance.now() - began);
    return result;
  };
  const numbers = Array.from({ length: peoplePerRound }, (_, index) => index);
  const run = await inParallel(numbers, width, async (number) => {
    const room = `bench-${number % rooms}`;
    await timed("create", caller.create(room));
    const token = await timed("getJoinToken", caller.token(room, `user-${round}-${number}`));
    await timed("join", caller.join(token));
  });
  side.failures.push(...run.failures);
  if (round === 0) return;
  side.seconds += run.seconds;
  side.waysMs.push(...run.durationsMs);
  for (const step of steps) side.stepsMs[step].push(...stepsMs[step]);
}
