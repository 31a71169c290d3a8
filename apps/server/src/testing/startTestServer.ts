import { createHmac, randomBytes } from "node:crypto";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { managementOperations, managementStatusSchema } from "@sotto/protocol";
import { configSchema, type Config } from "../config/configSchema.ts";
import { secretsSchema, type Secrets } from "../config/Secrets.ts";
import type { Context } from "../context.ts";
import { createLog } from "../platform/log/createLog.ts";
import { startServer } from "../startServer.ts";

type ServerOptions = Parameters<typeof startServer>[2];
type Overrides = { [Section in keyof Config]?: Partial<Config[Section]> };

/** What the management API answers; tests look at single fields. */
export type ManagementAnswer = { status: boolean; msg: string; status_code: string } & Record<string, unknown>;

export interface TestServer extends AsyncDisposable {
  origin: string;
  metricsPort: number | null;
  context: Context;
  secrets: Secrets;
  dataDir: string;
  logs(): string;
  /** A signed call of the management API. */
  manage(path: string, request?: object): Promise<ManagementAnswer>;
  /** Any body; headers replace the right ones. */
  manageRaw(path: string, body: string | Buffer, headers?: Record<string, string>): Promise<Response>;
  /** Creates a room with end-to-end encryption unless `features` say otherwise; gives its id. */
  createRoom(features?: object, settings?: object): Promise<string>;
  joinToken(roomId: string, person?: object): Promise<string>;
  /** Another node that shares this one's engines and secrets. */
  secondNode(overrides?: Overrides): Promise<TestServer>;
}

/** `room_features` of a room with a passphrase. */
export const passphraseFeatures = {
  end_to_end_encryption_features: { is_enabled: true, enabled_self_insert_encryption_key: true },
};

/** A whole control plane with the real engines on free ports, in this process and in a folder of its own. */
export function startTestServer(overrides: Overrides = {}, options: ServerOptions = {}): Promise<TestServer> {
  return start(overrides, options);
}

async function start(overrides: Overrides, options: ServerOptions, copiedSecrets?: string): Promise<TestServer> {
  const dataDir = await mkdtemp(join(tmpdir(), "sotto-server-"));
  if (copiedSecrets !== undefined) await cp(copiedSecrets, join(dataDir, "secrets.json"));
  const config = configSchema.parse({
    server: { port: 0, ...overrides.server },
    livekit: { udpPort: 0, tcpPort: 0, ...overrides.livekit },
    nats: overrides.nats,
    api: overrides.api,
    guests: overrides.guests,
    e2ee: overrides.e2ee,
    database: overrides.database,
    files: overrides.files,
    receipts: overrides.receipts,
    recording: { ownRecorder: false, ...overrides.recording },
    analytics: overrides.analytics,
    webhooks: overrides.webhooks,
    metrics: overrides.metrics,
    sessions: { sweepMs: 100, ...overrides.sessions },
    log: { level: "debug" },
  });
  const lines: string[] = [];
  const log = createLog("debug", { write: (line: string) => void lines.push(line) });
  const server = await startServer(
    {
      ...config,
      dataDir,
      webDir: overrides.webDir ?? join(dataDir, "no-page"),
      files: { ...config.files, dir: config.files.dir ?? join(dataDir, "blobs") },
      recording: { ...config.recording, dir: config.recording.dir ?? join(dataDir, "recordings") },
    },
    log,
    options,
  );
  const secrets = secretsSchema.parse(JSON.parse(await readFile(join(dataDir, "secrets.json"), "utf8")));

  const manageRaw: TestServer["manageRaw"] = (path, body, headers) =>
    fetch(`${server.origin}/auth${path}`, {
      method: "POST",
      headers: { "API-KEY": secrets.api.key, "HASH-SIGNATURE": sign(secrets, body), ...headers },
      body,
    });
  const manage: TestServer["manage"] = async (path, request = {}) => {
    const answer = (await (await manageRaw(path, JSON.stringify(request))).json()) as ManagementAnswer;
    // No test gets an answer that is not as described.
    if (answer.status) managementOperations[path]?.answer.parse(answer);
    else managementStatusSchema.parse(answer);
    return answer;
  };

  return {
    origin: server.origin,
    metricsPort: server.metricsPort,
    context: server.context,
    secrets,
    dataDir,
    logs: () => lines.join(""),
    manageRaw,
    manage,
    async createRoom(features = { end_to_end_encryption_features: { is_enabled: true } }, settings = {}) {
      const room_id = `room-${randomBytes(6).toString("hex")}`;
      const metadata = { room_title: "A title", room_features: features };
      const answer = await manage("/room/create", { room_id, metadata, ...settings });
      if (!answer.status) throw new Error(answer.msg);
      return room_id;
    },
    async joinToken(room_id, person = {}) {
      const user_info = { name: "Ada", user_id: "ada", is_admin: false, is_hidden: false, ...person };
      const answer = await manage("/room/getJoinToken", { room_id, user_info });
      if (typeof answer["token"] !== "string") throw new Error(answer.msg);
      return answer["token"];
    },
    secondNode(more = {}) {
      const { natsServers, natsWebsocketUrl, sfuUrl } = server.context.endpoints;
      return start(
        {
          ...more,
          nats: { url: `nats://${natsServers[0]}`, websocketUrl: natsWebsocketUrl },
          livekit: { url: sfuUrl },
        },
        options,
        join(dataDir, "secrets.json"),
      );
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export function sign({ api }: Secrets, body: string | Buffer): string {
  return createHmac("sha256", api.secret).update(body).digest("hex");
}
