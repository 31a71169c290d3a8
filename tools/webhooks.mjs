// `npm run webhooks -- list|resend`: the webhooks that a running installation has given up. Needs no package.
import { createHmac, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./paths.mjs";

const usage = `npm run webhooks -- list
npm run webhooks -- resend ID ...
npm run webhooks -- resend --all

Lists the webhooks that were given up, or has them sent again. Asks the running installation at --url ORIGIN (else
http://127.0.0.1:8080), with SOTTO_API_KEY and SOTTO_API_SECRET, else with those in the data folder (SOTTO_DATA_DIR).`;

/** @param {string} reason @returns {never} */
function refuse(reason) {
  console.error(`${reason}\n\n${usage}`);
  process.exit(2);
}

function readArguments() {
  try {
    const options = /** @type {const} */ ({
      url: { type: "string", default: "http://127.0.0.1:8080" },
      all: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    });
    return parseArgs({ allowPositionals: true, options });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

/** @returns {{ key: string, secret: string }} */
function readApi() {
  const { SOTTO_API_KEY: key, SOTTO_API_SECRET: secret, SOTTO_DATA_DIR } = process.env;
  if (key && secret) return { key, secret };
  const file = join(SOTTO_DATA_DIR || join(root, "data"), "secrets.json");
  try {
    const { api } = /** @type {{ api: { key: string, secret: string } }} */ (JSON.parse(readFileSync(file, "utf8")));
    return api;
  } catch {
    return refuse(`${file} cannot be read; set SOTTO_API_KEY and SOTTO_API_SECRET.`);
  }
}

/**
 * @typedef {{ id: string, created: string, event: string, room_id: string, target: string, attempts: number, fault: string }} Webhook
 * @typedef {{ status: boolean, status_code: string, msg: string, webhooks_list?: Webhook[], resent?: number }} Answer
 */

/**
 * A signed call that nobody can repeat.
 *
 * @param {string} path
 * @param {object} request
 * @returns {Promise<Answer>}
 */
async function call(path, request) {
  const { key, secret } = readApi();
  const body = JSON.stringify(request);
  const [timestamp, nonce] = [String(Math.floor(Date.now() / 1000)), randomBytes(16).toString("base64url")];
  const signature = createHmac("sha256", secret).update(`${timestamp}\n${nonce}\n${body}`).digest("hex");
  const headers = {
    "API-KEY": key,
    "HASH-SIGNATURE": signature,
    "X-Request-Timestamp": timestamp,
    "X-Request-Nonce": nonce,
  };
  const answer = await fetch(`${values.url}/auth/webhook/${path}`, { method: "POST", headers, body }).catch(() => {
    console.error(`Nothing answers at ${values.url}.`);
    process.exit(1);
  });
  return /** @type {Promise<Answer>} */ (answer.json());
}

const { values, positionals } = readArguments();
const [command, ...ids] = positionals;
if (values.help || command === undefined) {
  console.log(usage);
} else if (command === "list" && ids.length === 0) {
  const { status, status_code, msg, webhooks_list = [] } = await call("fetchUndelivered", {});
  console.log(status ? `${webhooks_list.length} given up:` : msg);
  for (const { id, created, event, room_id, target, attempts, fault } of webhooks_list) {
    console.log(`${id}  ${created}  ${event}  ${room_id}  ${target}  ${attempts} attempts, ${fault}`);
  }
  process.exitCode = status || status_code === "NOT_FOUND" ? 0 : 1;
} else if (command === "resend" && values.all !== ids.length > 0) {
  const { status, msg, resent } = await call("resend", { ids });
  console.log(status ? `${resent} will be attempted again.` : msg);
  process.exitCode = status ? 0 : 1;
} else {
  refuse("Say list, or resend with ids or --all.");
}
