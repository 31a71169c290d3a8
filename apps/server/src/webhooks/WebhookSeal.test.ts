import { expect, it } from "vitest";
import { WebhookSeal } from "./WebhookSeal.ts";

const webhook = { url: "https://hooks.example/?token=1", body: `{"name":"Ada"}`, signer: "main" };
const of = (secret: string) => new WebhookSeal({ secret });
const seal = of("a".repeat(32));

it("opens what it sealed, in its lane, and nothing else", () => {
  const lane = seal.laneOf("room", webhook.url);
  const sealed = seal.seal(webhook, lane);
  expect(seal.open(sealed, lane)).toEqual(webhook);
  expect(of("b".repeat(32)).open(sealed, lane)).toBeNull();
  expect(seal.open(sealed, seal.laneOf("other", webhook.url))).toBeNull();
  const bytes = Buffer.from(sealed, "base64");
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    expect(seal.open(changed.toString("base64"), lane), `byte ${at}`).toBeNull();
  }
  for (const other of ["", "AAAA", bytes.subarray(0, 20).toString("base64")]) expect(seal.open(other, lane)).toBeNull();
});

it("names lanes by room and address, and tells neither", () => {
  expect(seal.laneOf("r", "u")).toBe(seal.laneOf("r", "u"));
  expect(seal.laneOf("r", "u")).not.toBe(seal.laneOf("ru", ""));
  expect(of("b".repeat(32)).laneOf("r", "u")).not.toBe(seal.laneOf("r", "u"));
  expect(seal.seal(webhook, "l")).not.toBe(seal.seal(webhook, "l"));
});
