import type { Attempt, Target } from "./Attempt.ts";

const state = ({ victim }: Target) => `m.${victim.sid}.state.ended`;
const reaction = ({ self }: Target) => `m.${self.sid}.eph.${self.pid}.reactions`;

/** Bytes that no client sends. Whatever nats-server makes of them, it must not be a message on a subject of somebody else. */
const lines: readonly (readonly [name: string, bytes: (target: Target) => string])[] = [
  ["a size that is not a number", (target) => `PUB ${state(target)} x\r\n`],
  ["a negative size", (target) => `PUB ${state(target)} -1\r\n`],
  ["a size of 99999999999", (target) => `PUB ${reaction(target)} 99999999999\r\n`],
  ["a size without a subject", () => "PUB 5\r\nhello\r\n"],
  ["more words than there are", (target) => `PUB ${reaction(target)} a b c 2\r\n{}\r\n`],
  ["a body longer than its size", (target) => `PUB ${reaction(target)} 2\r\nPUB ${state(target)} 2\r\n{}\r\n`],
  [
    "a body that begins with a command",
    (target) => `PUB ${reaction(target)} 0\r\n\r\nPUB ${state(target)} 2\r\n{}\r\n`,
  ],
  ["headers longer than the message", (target) => `HPUB ${reaction(target)} 99 5\r\nhello\r\n`],
  ["headers of negative size", (target) => `HPUB ${reaction(target)} -5 5\r\nhello\r\n`],
  ["headers of no size", (target) => `HPUB ${reaction(target)} 0 2\r\n{}\r\n`],
  ["line ends without a carriage return", (target) => `PUB ${state(target)} 2\n{}\n`],
  ["a tabulator for a space", (target) => `PUB\t${state(target)}\t2\r\n{}\r\n`],
  ["small letters", (target) => `pub ${state(target)} 2\r\n{}\r\n`],
  ["a line of 10,000 letters", () => `PUB ${"x".repeat(10_000)} 2\r\n{}\r\n`],
  ["a subscription without a number", (target) => `SUB ${state(target)}\r\n`],
  ["a subscription of five words", (target) => `SUB ${state(target)} a b c d\r\n`],
  ["a subject of 3,000 tokens", () => `PUB ${"a.".repeat(3_000)}a 2\r\n{}\r\n`],
  ["a server's subscription", (target) => `RS+ MEET ${state(target)}\r\n`],
  ["a server's message", (target) => `RMSG MEET ${state(target)} 2\r\n{}\r\n`],
  ["a server's message with headers", (target) => `HMSG ${state(target)} 1 12 14\r\nNATS/1.0\r\n\r\n{}\r\n`],
  ["a leaf node's subscription", (target) => `LS+ ${state(target)}\r\n`],
  ["a leaf node's message", (target) => `LMSG ${state(target)} 2\r\n{}\r\n`],
  ["a delivery", (target) => `MSG ${state(target)} 1 2\r\n{}\r\n`],
  ["an account's subscription", () => "A+ CORE\r\n"],
  ["an account's end", () => "A- MEET\r\n"],
  ["a server's greeting", () => `INFO {"server_id":"x","auth_required":false}\r\n`],
  ["an error", () => "-ERR 'x'\r\n"],
  ["an unknown command", () => "GRANT ALL\r\n"],
  ["an HTTP request", () => "GET /nats HTTP/1.1\r\nHost: x\r\n\r\n"],
  ["zero bytes", () => "\u0000".repeat(64)],
  ["a second login as the victim", ({ victim }) => `CONNECT {"user":"${victim.sid}.${victim.pid}"}\r\n`],
  ["a second login as nobody", () => `CONNECT {"user":"","pass":""}\r\n`],
  ["a second login with an account", () => `CONNECT {"account":"SYS"}\r\n`],
  ["a second login that is no JSON", () => `CONNECT {"user":\r\n`],
];

/** After each of these the connection still may only what it might before, where it is not closed. */
export const malformed: readonly Attempt[] = [
  ...lines.map(([name, bytes]): Attempt => ({
    name,
    must: "change nothing",
    thenProbe: true,
    act: (raw, target) => raw.write(bytes(target)),
  })),
  {
    name: "text frames",
    must: "change nothing",
    act: (raw, target) => raw.writeText(`PUB ${state(target)} 2\r\n{}\r\n`),
  },
  {
    name: "one byte a frame",
    must: "be refused",
    act: (raw, target) => {
      for (const letter of `PUB ${state(target)} 2\r\n{}\r\n`) raw.write(letter);
    },
  },
  {
    name: "a message of 65 KiB",
    must: "change nothing",
    act: (raw, target) => raw.publish(reaction(target), "x".repeat(65 * 1024)),
  },
  {
    name: "a frame of 200 KiB",
    must: "change nothing",
    act: (raw) => raw.write("UNSUB 999\r\n".repeat(18_700)),
  },
  {
    name: "40 subscriptions",
    must: "be refused",
    act: (raw, { self }) => {
      for (let index = 0; index < 40; index++) raw.subscribe(`${self.inbox}.r.${index}`);
    },
  },
  {
    name: "subscriptions of others taken back",
    must: "change nothing",
    act: (raw) => raw.write(Array.from({ length: 30 }, (_, index) => `UNSUB ${1_000 + index}\r\n`).join("")),
  },
];
