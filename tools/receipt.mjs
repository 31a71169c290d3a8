// `npm run receipt -- FILE [--key KEY]`: checks the signature of a data receipt and prints what it says. Needs no package,
// and no Sotto but this file and checkReceipt.mjs.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { checkReceipt, knownFingerprint } from "./checkReceipt.mjs";

const usage = `npm run receipt -- FILE [--key KEY]

Checks a data receipt and prints what it says. KEY is the fingerprint of the installation's key, or a file with that key:
the answer of GET /api/receipt-key, a JWK or a PEM. Without it only this is checked: that the receipt was not changed.
Exit code: 0 for a genuine receipt that says that nothing is left, 1 for any other, 2 for a wrong call.`;

/** @param {string} reason @returns {never} */
function refuse(reason) {
  console.error(`${reason}\n\n${usage}`);
  process.exit(2);
}

/** @param {string} path @returns {string} */
function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return refuse(`${path} cannot be read.`);
  }
}

function readArguments() {
  try {
    return parseArgs({ allowPositionals: true, options: { key: { type: "string" }, help: { type: "boolean" } } });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

const { values, positionals } = readArguments();
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const [file, ...others] = positionals;
if (file === undefined || others.length > 0) refuse("Name one file.");
const wanted =
  values.key === undefined ? undefined : (knownFingerprint(values.key) ?? knownFingerprint(read(values.key)));
if (wanted === null) refuse("That is no key.");

const checked = checkReceipt(read(file));
if (checked.problem !== null) {
  console.error(`NOT GENUINE: ${checked.problem}.`);
  process.exit(1);
}
const { receipt, fingerprint } = checked;
if (wanted !== undefined && wanted !== fingerprint) {
  console.error(`NOT GENUINE: it is signed with key ${fingerprint}, not with ${wanted}.`);
  process.exit(1);
}
console.log(receipt.statement.join("\n"));
console.log("");
console.log(
  wanted === undefined
    ? `The signature is right for key ${fingerprint}. Compare that with the key of the installation (--key).`
    : `Genuine: signed with key ${fingerprint}, and not changed since.`,
);
process.exit(receipt.result === "gone" ? 0 : 1);
