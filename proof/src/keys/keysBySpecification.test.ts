import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { checkBySpecification, keyBySpecification, rootBySpecification } from "./keysBySpecification.ts";

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

const sessionOf = ({ root, e, epoch_secret }: Vector["inputs"]) => ({
  sessionId,
  root: hex(root),
  epoch: Number(e ?? 0),
  epochSecret: epoch_secret === undefined ? null : hex(epoch_secret),
});

test.each(vectors.filter(({ name }) => name.startsWith("key ")))("$name", ({ inputs, out }) => {
  const session = sessionOf(inputs);
  const sender = { participantId: String(inputs["pid"]), senderNonce: hex(inputs["sender_nonce"]) };
  expect(keyBySpecification(String(inputs["label"]), session, sender).toString("hex")).toBe(out["key"]);
});

const vector = (name: string) => {
  const found = vectors.find((each) => each.name === name);
  if (!found) throw new Error(`no vector is called ${name}`);
  return found;
};

test("passphrase root", () => {
  const { inputs, out } = vector("passphrase root");
  const passphrase = hex(out["normalised_utf8"]).toString();
  const root = rootBySpecification(passphrase, sessionId, hex(inputs["opener_salt"]));
  expect(root.toString("hex")).toBe(out["root"]);
});

test("check", () => {
  const { inputs, out } = vector("check");
  expect(checkBySpecification(sessionOf(inputs)).toString("hex")).toBe(out["check"]);
});
