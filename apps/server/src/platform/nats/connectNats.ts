import { setTimeout as delay } from "node:timers/promises";
import { nkeyAuthenticator, type NatsConnection, type Status } from "@nats-io/nats-core";
import { connect } from "@nats-io/transport-node";
import type { Logger } from "pino";
import { serviceInbox, type OwnService } from "./accounts.ts";
import { AuthCallout, type Authorize } from "./AuthCallout.ts";
import { Connections } from "./Connections.ts";
import { MeetingBus } from "./MeetingBus.ts";
import type { NatsKeys } from "./natsKeys.ts";
import { nkeyPrivateKeyObject, nkeyPublicKey } from "./nkey.ts";
import { defaultMessageLimits, type MessageLimits } from "./messageLimits.ts";
import { RpcRouter, type OnAnswered, type RpcLookup } from "./RpcRouter.ts";
import { SessionStreams } from "./SessionStreams.ts";
import { StateStore } from "./StateStore.ts";
import { WorkerBus } from "./WorkerBus.ts";

export interface ConnectNatsOptions {
  /** `host:port` of each nats-server. */
  servers: string[];
  keys: NatsKeys;
  log: Logger;
  /** Copies of each stream and bucket: 1, or 3 on a cluster. */
  replicas?: number;
  limits?: MessageLimits;
  /** Whether nats-server is one that others use too and that comes and goes without this node. Default: our own child. */
  isShared?: boolean;
}

/** The control plane's side of NATS. */
export interface NatsPlatform extends AsyncDisposable {
  state: StateStore;
  streams: SessionStreams;
  connections: Connections;
  bus: MeetingBus;
  workers: WorkerBus;
  /** Starts answering participants' requests. */
  serveRpc(lookup: RpcLookup, onAnswered?: OnAnswered): RpcRouter;
  /** Starts letting participants connect. */
  serveAuth(authorize: Authorize): AuthCallout;
  /** Whether every connection to NATS is up and what it lost is written back. */
  isConnected(): boolean;
}

/** How long a state that was just made is left alone, where other nodes may have something to write back. */
const sharedSettleMs = 1_000;
/** How long a start waits for somebody else's nats-server. */
const connectPatienceMs = 30_000;
const connectRetryMs = 500;

/** Connects the control plane's six connections; they reconnect by themselves until the platform is disposed. */
export async function connectNats(options: ConnectNatsOptions): Promise<NatsPlatform> {
  const { keys, log, replicas = 1, limits = defaultMessageLimits, isShared = false } = options;
  const settleMs = isShared ? sharedSettleMs : 0;
  await using cleanup = new AsyncDisposableStack();
  const down = new Set<NatsConnection>();
  // Writing back needs the other connections too: what is asked for on one that is not up again is lost.
  let onAllUp = () => {};

  const connectAs = async (service: OwnService) => {
    const connection = await open(options, service);
    cleanup.defer(() => connection.close());
    void follow(connection, (status) => {
      if (status.type === "disconnect") down.add(connection);
      if (status.type === "reconnect" && down.delete(connection) && down.size === 0) onAllUp();
      if (status.type === "error") log.error({ err: status.error, service }, "a connection to NATS has an error");
    });
    return connection;
  };
  const rpc = await connectAs("rpc");
  const auth = await connectAs("auth");
  const system = await connectAs("system");
  const streamsConnection = await connectAs("streams");
  const stateConnection = await connectAs("state");
  const workers = new WorkerBus(await connectAs("jobs"), log);
  cleanup.defer(() => workers.close());

  const streams = await SessionStreams.open(streamsConnection, { replicas, limits: limits.streams });
  const state = await StateStore.open({ connection: stateConnection, replicas, settleMs, log });
  void follow(stateConnection, (status) => {
    if (status.type === "disconnect") state.suspend();
  });
  onAllUp = () => {
    if (!state.isReady) void state.recover();
  };

  const owned = cleanup.move();
  return {
    state,
    streams,
    connections: new Connections(system, log),
    bus: new MeetingBus(rpc),
    workers,
    serveRpc(lookup, onAnswered) {
      const router = new RpcRouter({ connection: rpc, lookup, limits: limits.rpc, onAnswered, log });
      owned.defer(() => router.close());
      return router;
    },
    serveAuth(authorize) {
      const issuer = { publicKey: nkeyPublicKey(keys.issuer), privateKey: nkeyPrivateKeyObject(keys.issuer) };
      const callout = new AuthCallout({ connection: auth, issuer, authorize, log });
      owned.defer(() => callout.close());
      return callout;
    },
    isConnected: () => down.size === 0 && state.isReady,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function follow(connection: NatsConnection, onStatus: (status: Status) => void): Promise<void> {
  for await (const status of connection.status()) onStatus(status);
}

async function open(options: ConnectNatsOptions, service: OwnService): Promise<NatsConnection> {
  const deadline = Date.now() + (options.isShared ? connectPatienceMs : 0);
  for (;;) {
    try {
      return await openOnce(options, service);
    } catch (error) {
      if (Date.now() > deadline) throw error;
      options.log.warn({ err: error, service }, "nats-server cannot be reached yet");
      await delay(connectRetryMs);
    }
  }
}

function openOnce({ servers, keys }: ConnectNatsOptions, service: OwnService): Promise<NatsConnection> {
  return connect({
    servers,
    name: `sotto ${service}`,
    authenticator: nkeyAuthenticator(new TextEncoder().encode(keys[service])),
    inboxPrefix: serviceInbox(service),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    ignoreAuthErrorAbort: true,
    pingInterval: 10_000,
    timeout: 5_000,
    // A stack trace made ahead for every request costs a tenth of all the time of a join.
    noAsyncTraces: true,
  });
}
