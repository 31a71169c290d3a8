import { setTimeout as delay } from "node:timers/promises";
import { sealedBody, type Target } from "./Attempt.ts";
import { allTogether, type Attackers, type Outcome } from "./attack.ts";
import { RawNats } from "./RawNats.ts";
import type { Scene } from "./Scene.ts";

/** How many honest messages are timed before, and how many while somebody floods. */
const timed = 6;
/** An honest message may take longer then, but nobody may notice: so much at most. */
const bearableMs = 2_000;
/** More than anybody ever sends at once, and little for this machine. */
const floodLines = 3_000;
/** In this time as many messages are within what one person may say, where the operator has not set more. */
const spreadMs = 5_000;
/** Connections that are opened and say nothing: more than a network may have. */
const idleConnections = 300;
/** When such a connection must be gone. */
const idleMs = 15_000;

/** Written in frames as large as the proxy takes. */
const frames: readonly (readonly [name: string, frames: (target: Target) => string[]])[] = [
  ["reactions", ({ self }) => chunks(`PUB m.${self.sid}.eph.${self.pid}.reactions 0\r\n\r\n`)],
  ["requests", ({ self }) => chunks(`PUB m.${self.sid}.rpc.${self.pid}.snapshot ${self.inbox}.r.x 0\r\n\r\n`)],
  ["resumptions", ({ self }) => chunks(requestOf("resume", self, '{"after":{"public":0,"private":0}}'))],
  ["requests that are answered nowhere", ({ self }) => chunks(`PUB m.${self.sid}.rpc.${self.pid}.epochs 0\r\n\r\n`)],
  ["refused messages", ({ self }) => chunks(`PUB m.${self.sid}.state.ended 0\r\n\r\n`)],
  ["pings", () => chunks("PING\r\n")],
  ["subscriptions", ({ self }) => chunks(`SUB ${self.inbox}.r.z 99\r\nUNSUB 99\r\n`)],
];

/**
 * Somebody sends as fast as they can, while the honest ones go on talking: their messages arrive in bearable time, each
 * once. What the attacker sent is slowed or refused, and costs nobody else their connection.
 */
export async function flood(scene: Scene, attackers: Attackers): Promise<Outcome[]> {
  const calmMs = await scene.timeMessages(timed);
  const outcomes: Outcome[] = [];
  const judge = async (name: string, act: () => Promise<() => Promise<unknown>>) => {
    const stop = await act();
    const slowest = Math.max(...(await scene.timeMessages(timed)));
    await stop();
    const figures = `honest messages took up to ${slowest.toFixed(0)} ms (${Math.max(...calmMs).toFixed(0)} ms before)`;
    outcomes.push({ attempt: name, figures, achieved: slowest > bearableMs ? "others had to wait" : null });
  };
  for (const [name, framesOf] of frames) {
    await judge(`${floodLines} ${name}`, async () => {
      const { raw, target } = await attackers.fresh();
      for (const frame of framesOf(target)) raw.write(frame);
      return () => raw[Symbol.asyncDispose]();
    });
  }
  await judge("messages of 32 KiB without end", async () => {
    const { seat, raw, target } = await attackers.fresh();
    const body = Buffer.concat([sealedBody(target), Buffer.alloc(30 * 1024)]);
    for (let index = 0; index < 100; index++)
      raw.publish(`m.${seat.sid}.rpc.${seat.pid}.pub-chat`, body, `${seat.inbox}.r.x`);
    return () => raw[Symbol.asyncDispose]();
  });
  outcomes.push(await fillWithMessages(attackers));
  let [refused, areGone] = [0, false];
  await judge(`${idleConnections} connections that never log in`, async () => {
    const { seat } = await attackers.fresh();
    const opened = await Promise.allSettled(Array.from({ length: idleConnections }, () => RawNats.open(seat.url)));
    const open = opened.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    refused = idleConnections - open.length;
    return async () => {
      const allGone = Promise.all(open.map(({ gone }) => gone)).then(() => true);
      areGone = await Promise.race([allGone, delay(idleMs, false)]);
    };
  });
  outcomes.push(
    {
      attempt: "so many connections at once",
      figures: `${refused} refused`,
      achieved: refused === 0 ? "all were taken" : null,
    },
    { attempt: `idle connections after ${idleMs / 1000} s`, achieved: areGone ? null : "some are still open" },
  );
  const problems = await scene.check({ attackers: attackers.ids, maySpeak: true });
  return [...outcomes, allTogether(problems)];
}

/** As many messages as are taken: the control plane says when it is too much, and what it took was not more than a burst. */
async function fillWithMessages(attackers: Attackers): Promise<Outcome> {
  const { seat, raw, target } = await attackers.fresh();
  const from = performance.now();
  const calls = Array.from({ length: 60 }, () => seat.call(raw, "pub-chat", sealedBody(target)));
  const outcomes = await Promise.all(calls);
  const stored = outcomes.filter(({ ok }) => ok).length;
  const refused = outcomes.filter((outcome) => !outcome.ok && outcome.code === "rate_limited").length;
  const tookMs = performance.now() - from;
  await raw[Symbol.asyncDispose]();
  return {
    attempt: "60 messages at once",
    figures: `${stored} stored, ${refused} refused`,
    achieved: refused === 0 && tookMs < spreadMs ? "all were stored" : null,
  };
}

function requestOf(method: string, { sid, pid, inbox }: Target["self"], body: string): string {
  return `PUB m.${sid}.rpc.${pid}.${method} ${inbox}.r.x ${body.length}\r\n${body}\r\n`;
}

function chunks(line: string): string[] {
  const perFrame = Math.floor((100 * 1024) / line.length);
  const written: string[] = [];
  for (let left = floodLines; left > 0; left -= perFrame) written.push(line.repeat(Math.min(left, perFrame)));
  return written;
}
