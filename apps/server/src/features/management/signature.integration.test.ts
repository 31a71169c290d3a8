import { execFile } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installationRoot } from "../../config/loadConfig.ts";
import { eventually } from "../../testing/eventually.ts";
import { killEngine } from "../../testing/killEngine.ts";
import { startTestServer, type TestServer } from "../../testing/startTestServer.ts";

let server: TestServer;
let other: TestServer;
beforeAll(async () => {
  server = await startTestServer({ api: { requireReplayProtection: true } });
  other = await server.secondNode({ api: { requireReplayProtection: true } });
  await remembering();
});
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const body = JSON.stringify({ room_id: "replay" });
const nowSeconds = () => Math.floor(Date.now() / 1000);

function signed(timestamp: number | string = nowSeconds(), nonce: string = randomUUID()) {
  const signature = createHmac("sha256", server.secrets.api.secret).update(`${timestamp}\n${nonce}\n${body}`);
  return {
    "X-Request-Timestamp": String(timestamp),
    "X-Request-Nonce": nonce,
    "HASH-SIGNATURE": signature.digest("hex"),
  };
}

async function send(headers: Record<string, string>, at = server): Promise<string> {
  const response = await at.manageRaw("/room/isRoomActive", body, headers);
  const { msg, status_code } = (await response.json()) as { msg: string; status_code: string };
  return response.status === 200 ? status_code : `${response.status} ${status_code}: ${msg}`;
}

/** A request that is signed now counts: the memory of nonces was made in a second before this one. */
const remembering = () =>
  eventually(
    async () => nowSeconds() * 1000 > server.context.state.used.createdAtMs && (await send(signed())) === "SUCCESS",
    20_000,
  );

describe("a request with timestamp and nonce", () => {
  it("is accepted once, by all nodes together", async () => {
    const once = signed();
    expect(await send(once)).toBe("SUCCESS");
    expect(await send(once)).toContain("401 INVALID_TOKEN_OR_SIGNATURE: this request was received already");
    expect(await send(once, other)).toContain("received already");
    const raced = signed();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) => send(raced, index % 2 ? server : other)),
    );
    expect(outcomes.filter((outcome) => outcome === "SUCCESS")).toHaveLength(1);
    // A repetition is signed with another nonce.
    expect(await send(signed())).toBe("SUCCESS");
  });

  it("is accepted for five minutes around its time", async () => {
    expect(await send(signed(nowSeconds() - 400))).toContain("too old");
    expect(await send(signed(nowSeconds() + 400))).toContain("too old, or a clock is wrong");
    expect(await send(signed(nowSeconds() + 200))).toBe("SUCCESS");
  });

  it("keeps them: they cannot be taken off, changed, or moved into the body", async () => {
    const { "HASH-SIGNATURE": signature, ...head } = signed();
    expect(await send({ "HASH-SIGNATURE": signature })).toContain("the signature is wrong");
    expect(await send({ ...head, "HASH-SIGNATURE": signature, "X-Request-Nonce": randomUUID() })).toContain("wrong");
    expect(await send({ "HASH-SIGNATURE": signature, "X-Request-Timestamp": head["X-Request-Timestamp"] })).toContain(
      "wrong",
    );
    const moved = `${head["X-Request-Timestamp"]}\n${head["X-Request-Nonce"]}\n${body}`;
    expect((await server.manageRaw("/room/isRoomActive", moved, { "HASH-SIGNATURE": signature })).status).toBe(401);
    for (const nonce of ["short", "x".repeat(129), "a b c d e f g h i j", "*".repeat(20)]) {
      expect(await send(signed(nowSeconds(), nonce))).toContain("X-Request-Nonce must be");
    }
    for (const timestamp of ["1e9", "-1", "0x10", "", "1.5"]) {
      expect(await send(signed(timestamp))).toContain("X-Request-Timestamp must be");
    }
  });

  it("cannot be left out where the installation requires both", async () => {
    expect(await send({})).toContain("X-Request-Timestamp and X-Request-Nonce are required");
  });
});

/** The code of a language in the section about signing. */
function example(language: string): string {
  const text = readFileSync(join(installationRoot, "docs", "api.md"), "utf8");
  const section = text.slice(text.indexOf("### Signing"), text.indexOf("### Requests and answers"));
  const code = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "s").exec(section)?.[1];
  if (code === undefined) throw new Error(`docs/api.md has no ${language} in its section about signing`);
  return code;
}

describe("the code in docs/api.md", () => {
  it.each([
    ["js", process.execPath, ["--input-type=module", "-e"]],
    ["python", "python3", ["-c"]],
    ["sh", "bash", ["-euc"]],
  ])("in %s signs as an installation that requires replay protection asks", async (language, program, args) => {
    const { key, secret } = server.secrets.api;
    const env = { PATH: process.env["PATH"], SOTTO_URL: server.origin, API_KEY: key, API_SECRET: secret };
    for (const time of ["first", "second"]) {
      const { stdout } = await promisify(execFile)(program, [...args, example(language)], { env });
      expect(stdout, time).toMatch(/is_active["']?: ?false/i);
    }
  });
});

/** Last: it takes what the server remembers. */
it("a request of before nats-server lost its memory is refused, since it may have been received", async () => {
  const before = signed();
  expect(await send(before)).toBe("SUCCESS");
  const { createdAtMs } = server.context.state.used;
  killEngine(server, "nats");
  await eventually(
    () => server.context.nats.isConnected() && server.context.state.used.createdAtMs !== createdAtMs,
    20_000,
  );
  await eventually(async () => (await send(before)).includes("older than the server's memory"), 20_000);
  await remembering();
});
