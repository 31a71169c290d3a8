import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AccessToken, RoomServiceClient } from "livekit-server-sdk";
import { pino } from "pino";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { renderLiveKitYaml } from "./renderLiveKitYaml.ts";
import { parseLiveKitLine, startLiveKit } from "./startLiveKit.ts";

const binary =
  process.env["SOTTO_LIVEKIT_SERVER_BIN"] ??
  fileURLToPath(new URL("../../../../../.sotto/engines/livekit-server", import.meta.url));

test("livekit-server starts, makes no room by itself, and keeps its secret off the disk", async () => {
  const directory = await mkdtemp(join(tmpdir(), "sotto-livekit-"));
  const apiSecret = randomBytes(32).toString("base64url");
  const log = pino({ level: "silent" });
  const livekit = await startLiveKit({
    binary,
    directory,
    apiKey: "sotto-test",
    apiSecret,
    eventsUrl: "http://127.0.0.1:9/sfu/events",
    signalPort: 0,
    tcpPort: 0,
    udpPort: 0,
    nodeIp: "127.0.0.1",
    log,
  });
  try {
    const file = join(directory, "livekit.yaml");
    expect(await readFile(file, "utf8")).not.toContain(apiSecret);
    expect((await stat(file)).mode & 0o777).toBe(0o600);

    const rooms = new RoomServiceClient(livekit.url, "sotto-test", apiSecret);
    const token = new AccessToken("sotto-test", apiSecret, { identity: "p" });
    token.addGrant({ roomJoin: true, room: "nowhere" });
    const jwt = await token.toJwt();
    const answer = await fetch(`${livekit.url}/rtc/validate?access_token=${jwt}`);
    expect(answer.status).toBe(404);
    expect(await rooms.listRooms()).toEqual([]);

    await rooms.createRoom({ name: "nowhere" });
    expect((await fetch(`${livekit.url}/rtc/validate?access_token=${jwt}`)).status).toBe(200);
  } finally {
    await livekit[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  }
}, 20_000);

test("browsers are never sent to a third party's STUN server", () => {
  for (const nodeIp of ["127.0.0.1", "203.0.113.7"]) {
    const reports = { apiKey: "sotto-test", eventsUrl: "http://127.0.0.1:9/sfu/events" };
    const yaml = renderLiveKitYaml({ signalPort: 1, udpPort: 7882, tcpPort: 7881, nodeIp, ...reports });
    const { rtc } = parse(yaml) as { rtc: Record<string, unknown> };
    expect(rtc["stun_servers"]).toEqual([`${nodeIp}:7882`]);
    expect(rtc["use_external_ip"]).toBe(false);
    expect(rtc["interfaces"]).toEqual(nodeIp === "127.0.0.1" ? { includes: ["lo"] } : undefined);
  }
});

test("of LiveKit's lines only the sentence is kept", () => {
  const line = '{"level":"warn","msg":"could not close","error":"gone","participant":"Alice","remote":"203.0.113.9"}';
  expect(parseLiveKitLine(line)).toEqual({ level: "warn", text: "could not close: gone" });
  expect(parseLiveKitLine("")).toBeNull();
  expect(parseLiveKitLine("panic: out of memory")).toEqual({ level: "warn", text: "panic: out of memory" });
});
