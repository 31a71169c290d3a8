import type { SignedReceipt } from "@sotto/protocol";
import { expect, onTestFinished, test } from "vitest";
import { SottoApi } from "../api/SottoApi.ts";
import { until } from "../testing/until.ts";
import { ReceiptWatch, type ReceiptState } from "./ReceiptWatch.ts";

const checking = () => Response.json({ status: "checking" }, { status: 202 });
const refusal = (code: string, status: number) => () => Response.json({ error: { code, message: code } }, { status });
const ready = (document: string) => () => Response.json({ status: "ready", document });

const document = (result: "gone" | "left") => {
  const at = "2026-11-24T20:05:00.000Z";
  const signed: SignedReceipt & { receipt: { ofANewerServer: string } } = {
    receipt: {
      type: "sotto.data-receipt",
      version: 1,
      issuedAt: at,
      signedWith: "k",
      meeting: {
        roomId: "r",
        sessionId: "s".repeat(22),
        openedAt: at,
        beganAt: at,
        endedAt: at,
        endReason: "empty",
        keyModel: "server",
      },
      counted: { at, people: 2, messages: null, privateMessages: null, files: null, keys: null },
      losses: [],
      neverHeld: [],
      result,
      attempts: 1,
      parts: [],
      stays: [],
      cannotKnow: [],
      statement: [],
      ofANewerServer: "signed too",
    },
    signature: { algorithm: "Ed25519", publicKey: "p", value: "v" },
  };
  return JSON.stringify(signed, null, 2);
};

/** A watch over a server that gives these answers one after the other, the last one for ever. */
function watchOver(answers: (() => Response)[], patienceMs = 60_000) {
  const asked: RequestInit[] = [];
  const api = new SottoApi("https://meet.example.org", {
    fetch: async (_input, init) => {
      const answer = answers[Math.min(asked.length, answers.length - 1)]!;
      asked.push(init ?? {});
      return answer();
    },
  });
  const watch = new ReceiptWatch(api, "the-token", { pollMs: 1, patienceMs });
  onTestFinished(() => watch[Symbol.dispose]());
  return { watch, asked };
}
const isHere = (state: ReceiptState) => state.status === "here";
const isUnavailable = ({ status }: ReceiptState) => status === "unavailable";

test("waits while the server checks, through what passes, and keeps the document as it came", async () => {
  const unreachable = () => new Response("<html>Bad gateway</html>", { status: 502 });
  const text = document("gone");
  const { watch, asked } = watchOver([checking, unreachable, refusal("unavailable", 503), checking, ready(text)]);
  expect(watch.state.get()).toEqual({ status: "checking" });
  await until(watch.state, isHere);
  expect(watch.state.get()).toMatchObject({ document: text, receipt: { result: "gone", counted: { people: 2 } } });
  expect(asked).toHaveLength(5);
  expect(asked[0]?.headers).toEqual({ authorization: "Bearer the-token" });
});

test("a receipt of something left is shown, and replaced by the one after it", async () => {
  const { watch } = watchOver([ready(document("left")), refusal("unavailable", 503), ready(document("gone"))]);
  const says = (result: string) => (state: ReceiptState) => state.status === "here" && state.receipt.result === result;
  await until(watch.state, says("left"));
  expect(watch.state.get()).toMatchObject({ document: document("left") });
  await until(watch.state, says("gone"));
  expect(watch.state.get()).toMatchObject({ document: document("gone") });
});

test("a receipt of something left stays when the patience is over", async () => {
  const { watch, asked } = watchOver([ready(document("left"))], 200);
  await until(watch.state, isHere);
  let before = 0;
  await expect
    .poll(
      () => {
        const isQuiet = asked.length === before;
        before = asked.length;
        return isQuiet;
      },
      { interval: 100, timeout: 5_000 },
    )
    .toBe(true);
  expect(watch.state.get()).toMatchObject({ status: "here", receipt: { result: "left" } });
});

test.each([
  ["none", refusal("not_found", 404)],
  ["a token that has expired", refusal("token_expired", 401)],
  ["one that nobody can read", ready("{}")],
  ["no end of the check", checking],
  ["no answer", () => new Response("", { status: 502 })],
])("there is none for us: %s", async (_, answer) => {
  const { watch } = watchOver([answer], 200);
  expect(await until(watch.state, isUnavailable)).toEqual({ status: "unavailable" });
});

test("asks no more when nobody looks", async () => {
  const { watch, asked } = watchOver([checking]);
  await expect.poll(() => asked.length).toBeGreaterThan(1);
  watch[Symbol.dispose]();
  const count = asked.length;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(asked.length).toBe(count);
  expect(watch.state.get()).toEqual({ status: "checking" });
});
