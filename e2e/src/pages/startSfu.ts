import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "@sotto/dev-env";
import { AccessToken } from "livekit-server-sdk";

const apiKey = "e2e";
const apiSecret = "e2e-secret-of-at-least-32-characters";

/** A livekit-server for one test file. */
export interface Sfu extends AsyncDisposable {
  url: string;
  /** A media token that may publish and subscribe in `room`, and may not send data. */
  token(room: string, identity: string): Promise<string>;
}

/** Starts livekit-server on free loopback ports, with nothing before or behind it. */
export async function startSfu(): Promise<Sfu> {
  const binary =
    process.env["SOTTO_LIVEKIT_SERVER_BIN"] ??
    new URL("../../../.sotto/engines/livekit-server", import.meta.url).pathname;
  const [port, tcpPort, udpPort] = [await freePort(), await freePort(), await freePort()];
  const config = {
    port,
    bind_addresses: ["127.0.0.1"],
    keys: { [apiKey]: apiSecret },
    rtc: {
      udp_port: udpPort,
      tcp_port: tcpPort,
      node_ip: "127.0.0.1",
      use_external_ip: false,
      stun_servers: [`127.0.0.1:${udpPort}`],
      enable_loopback_candidate: true,
      interfaces: { includes: ["lo"] },
    },
    logging: { level: "warn" },
  };
  const child = spawn(binary, ["--config-body", JSON.stringify(config)], { stdio: ["ignore", "ignore", "inherit"] });
  for (let attempt = 0; ; attempt++) {
    const isUp = await fetch(`http://127.0.0.1:${port}`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) break;
    if (attempt > 100 || child.exitCode !== null) throw new Error("livekit-server does not start");
    await delay(50);
  }
  return {
    url: `ws://127.0.0.1:${port}`,
    async token(room, identity) {
      const token = new AccessToken(apiKey, apiSecret, { identity, ttl: 600 });
      token.addGrant({ room, roomJoin: true, canPublish: true, canSubscribe: true, canPublishData: false });
      return token.toJwt();
    },
    async [Symbol.asyncDispose]() {
      const exit = once(child, "exit");
      child.kill("SIGKILL");
      await exit;
    },
  };
}
