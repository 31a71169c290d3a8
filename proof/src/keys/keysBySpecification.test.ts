import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { keyBySpecification } from "./keysBySpecification.ts";

interface Vector {
  name: string;
  inputs: Record<string, string | number>;
  out: Record<string, string | number>;
}

const file = new URL("../../../test-vectors/key-schedule-v1.json", import.meta.url);
const { vectors } = JSON.parse(readFileSync(file, "utf8")) as { vectors: Vector[] };
/** The session of all vectors, whose id only the salt's vector names. */
const sessionId = String(vectors.find(({ name }) => name === "session_salt server")?.inputs["sid"]);

const hex = (value: unknown) => Buffer.from(String(value), "hex");

test.each(vectors.filter(({ name }) => name.startsWith("key server")))("$name", ({ inputs, out }) => {
  const session = {
    sessionId,
    root: hex(inputs["root"]),
    epoch: Number(inputs["e"]),
    epochSecret: hex(inputs["epoch_secret"]),
  };
  const sender = { participantId: String(inputs["pid"]), senderNonce: hex(inputs["sender_nonce"]) };
  expect(keyBySpecification(String(inputs["label"]), session, sender).toString("hex")).toBe(out["key"]);
});
