import { spawnSync } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { checkReceipt, knownFingerprint } from "./checkReceipt.mjs";

/** RFC 8037, appendix A.3: a key and its thumbprint. */
const rfcKey = { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };
const rfcFingerprint = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const { x = "" } = publicKey.export({ format: "jwk" });
const pem = publicKey.export({ format: "pem", type: "spki" }).toString();
const fingerprint = knownFingerprint(pem)!;

/** A receipt whose canonical form is written down here, so that the test does not depend on anybody's idea of it. */
const canonical = (result: string) =>
  `{"meeting":{"a":[1,{"x":"\\n€\\"","y":null}],"b":false},"result":"${result}","signedWith":"${fingerprint}","statement":["One line."],"type":"sotto.data-receipt","version":1}`;
const signed = (text: string, key = x) =>
  JSON.stringify(
    {
      signature: {
        value: sign(null, Buffer.from(text), privateKey).toString("base64url"),
        publicKey: key,
        algorithm: "Ed25519",
      },
      // Any order of members and any indentation.
      receipt: Object.fromEntries(Object.entries(JSON.parse(text) as object).toReversed()),
    },
    null,
    3,
  );

describe("checkReceipt", () => {
  it("accepts what was signed, in whatever order and indentation", () => {
    expect(checkReceipt(signed(canonical("gone")))).toMatchObject({ problem: null, fingerprint });
  });

  it.each([
    ["a changed word", (text: string) => text.replace("One line.", "One lie."), "changed after it was signed"],
    ["a changed result", (text: string) => text.replace('"gone"', '"left"'), "changed after it was signed"],
    [
      "an added member",
      (text: string) => text.replace('"b": false', '"b": false, "c": 0'),
      "changed after it was signed",
    ],
    [
      "another signature",
      (text: string) => text.replace(/"value": "..../, '"value": "AAAA'),
      "changed after it was signed",
    ],
    ["another key", (text: string) => text.replace(x, rfcKey.x), "another key than it says"],
    ["another version", (text: string) => text.replace('"version": 1', '"version": 2'), "only version 1"],
    ["another algorithm", (text: string) => text.replace('"Ed25519"', '"none"'), "not signed with Ed25519"],
    ["no signature", (text: string) => text.replace('"value"', '"worth"'), "no signature"],
    ["another document", () => "{}", "not a data receipt"],
    ["nothing", () => "null", "not a data receipt"],
    ["no JSON", () => "<html>", "not a JSON document"],
  ])("refuses %s", (_, change, problem) => {
    expect(checkReceipt(change(signed(canonical("gone"))))).toEqual({
      problem: expect.stringContaining(problem) as string,
    });
  });

  it("knows a key by its RFC 7638 thumbprint, however it is given", () => {
    expect(knownFingerprint(JSON.stringify(rfcKey))).toBe(rfcFingerprint);
    expect(knownFingerprint(JSON.stringify({ fingerprint: "?", key: rfcKey, pem: "?" }))).toBe(rfcFingerprint);
    expect(knownFingerprint(`${rfcFingerprint}\n`)).toBe(rfcFingerprint);
    expect(["", "{}", "null", "-----BEGIN", "somewhere.pem"].map(knownFingerprint)).toEqual(Array(5).fill(null));
  });
});

describe("npm run receipt", () => {
  const folder = mkdtempSync(join(tmpdir(), "sotto-receipt-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const keep = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const run = (...args: string[]) => {
    const program = join(import.meta.dirname, "receipt.mjs");
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: "utf8" });
    return { status, said: stdout + stderr };
  };

  it("prints what a genuine receipt says, and only of one that says `gone` is the exit code 0", () => {
    const gone = keep("gone.json", signed(canonical("gone")));
    expect(run(gone)).toMatchObject({ status: 0, said: expect.stringMatching(/One line\.[^]*Compare that/) as string });
    expect(run(gone, "--key", fingerprint).said).toContain("Genuine");
    expect(run(gone, "--key", keep("key.pem", pem))).toMatchObject({ status: 0 });
    expect(run(keep("left.json", signed(canonical("left"))), "--key", fingerprint)).toMatchObject({ status: 1 });
  });

  it("says what is wrong with another one, and with the call", () => {
    const gone = keep("gone.json", signed(canonical("gone")));
    expect(run(gone, "--key", rfcFingerprint)).toMatchObject({
      status: 1,
      said: expect.stringContaining("NOT GENUINE") as string,
    });
    const changed = keep("changed.json", signed(canonical("gone")).replace("One", "Two"));
    expect(run(changed)).toMatchObject({ status: 1, said: expect.stringContaining("NOT GENUINE") as string });
    for (const call of [[], [gone, gone], [join(folder, "none")], [gone, "--key", gone], [gone, "--kee"]]) {
      expect(run(...call)).toMatchObject({ status: 2, said: expect.stringContaining("npm run receipt") as string });
    }
  });
});
