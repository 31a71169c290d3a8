import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Permissions } from "@sotto/protocol";
import { pino, type Logger } from "pino";
import { startNatsServer, type RunningNatsServer } from "../../engines/startNatsServer.ts";
import { connectNats, type NatsPlatform } from "../connectNats.ts";
import { newInboxPrefix } from "../inbox.ts";
import { generateNatsKeys, type NatsKeys } from "../natsKeys.ts";

export const natsServerBinary =
  process.env["SOTTO_NATS_SERVER_BIN"] ??
  fileURLToPath(new URL("../../../../../../.sotto/engines/nats-server", import.meta.url));

export interface TestSeat {
  sid: string;
  pid: string;
  secret: string;
  inboxPrefix: string;
  permissions: Permissions;
}

export interface TestNats extends AsyncDisposable {
  server: RunningNatsServer;
  platform: NatsPlatform;
  keys: NatsKeys;
  log: Logger;
  directory: string;
  /** Seats that the callout lets in, by `<sid>.<pid>`. */
  seats: Map<string, TestSeat>;
  /** Makes a seat that the callout lets in. */
  seat(sid: string, permissions?: Permissions): TestSeat;
}

const everyPermission: Permissions = {
  publish: [],
  subscribe: true,
  rpc: ["resume", "snapshot", "leave", "pub-chat", "pub-private", "end-meeting"],
  ephemeral: ["reactions", "typing"],
};

export function newSessionId(): string {
  return randomBytes(16).toString("base64url");
}

/**
 * The real nats-server in a folder of its own, and the control plane's connections to it. `onLogLine` hears everything
 * that is logged.
 */
export async function startTestNats(onLogLine: (line: string) => void = () => {}): Promise<TestNats> {
  const directory = await mkdtemp(join(tmpdir(), "sotto-nats-"));
  const keys = generateNatsKeys();
  const log = pino({ level: "debug" }, { write: onLogLine });
  const server = await startNatsServer({
    binary: natsServerBinary,
    directory,
    keys,
    clientPort: 0,
    websocketPort: 0,
    maxMemoryBytes: 256 * 1024 * 1024,
    log,
  });
  const platform = await connectNats({ servers: [server.server], keys, log });
  const seats = new Map<string, TestSeat>();
  return {
    server,
    platform,
    keys,
    log,
    directory,
    seats,
    seat(sid, permissions = everyPermission) {
      const seat: TestSeat = {
        sid,
        pid: `p_${randomBytes(12).toString("base64url")}`,
        secret: randomBytes(32).toString("base64url"),
        inboxPrefix: newInboxPrefix(),
        permissions,
      };
      seats.set(`${sid}.${seat.pid}`, seat);
      return seat;
    },
    async [Symbol.asyncDispose]() {
      await platform[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The callout and the rpc lookup that know exactly the test's seats. */
export function serveSeats({ platform, seats }: TestNats): void {
  platform.serveAuth(async (sid, pid, secret) => {
    const seat = seats.get(`${sid}.${pid}`);
    return seat?.secret === secret ? seat : null;
  });
}
