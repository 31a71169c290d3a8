import { nkeyAuthenticator, type NatsConnection } from "@nats-io/nats-core";
import { connect } from "@nats-io/transport-node";
import type { Logger } from "pino";
import { serviceInbox } from "./accounts.ts";
import { AuthCallout, type Authorize } from "./AuthCallout.ts";
import { Connections } from "./Connections.ts";
import { MeetingBus } from "./MeetingBus.ts";
import type { NatsKeys } from "./natsKeys.ts";
import { nkeyPrivateKeyObject, nkeyPublicKey } from "./nkey.ts";
import { RpcRouter, type RpcLookup } from "./RpcRouter.ts";
import { defaultSessionStreamLimits, SessionStreams, type SessionStreamLimits } from "./SessionStreams.ts";
import { StateStore } from "./StateStore.ts";

export interface ConnectNatsOptions {
  /** `host:port` of each nats-server. */
  servers: string[];
  keys: NatsKeys;
  log: Logger;
  /** Copies of each stream and bucket: 1, or 3 on a cluster. */
  replicas?: number;
  streamLimits?: SessionStreamLimits;
}

/** The control plane's side of NATS. */
export interface NatsPlatform extends AsyncDisposable {
  state: StateStore;
  streams: SessionStreams;
  connections: Connections;
  bus: MeetingBus;
  /** Starts answering participants' requests. */
  serveRpc(lookup: RpcLookup): RpcRouter;
  /** Starts letting participants connect. */
  serveAuth(authorize: Authorize): AuthCallout;
  /** Whether every connection to NATS is up. */
  isConnected(): boolean;
}

/** Connects the control plane's five connections; they reconnect by themselves until the platform is disposed. */
export async function connectNats(options: ConnectNatsOptions): Promise<NatsPlatform> {
  const { keys, log, replicas = 1, streamLimits = defaultSessionStreamLimits } = options;
  const names = ["rpc", "streams", "state", "system", "auth"] as const;
  const opened = await Promise.allSettled(names.map((name) => open(options, name)));
  const failed = opened.find((result) => result.status === "rejected");
  if (failed) {
    await Promise.all(opened.map((result) => result.status === "fulfilled" && result.value.close()));
    throw failed.reason;
  }
  const [rpc, streamsConnection, stateConnection, system, auth] = opened.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  }) as [NatsConnection, NatsConnection, NatsConnection, NatsConnection, NatsConnection];
  const connections = [rpc, streamsConnection, stateConnection, system, auth];
  const up = new Set(connections);
  const state = await StateStore.open({ connection: stateConnection, replicas, log });

  for (const connection of connections) {
    void follow(connection, async (event) => {
      if (event === "disconnect") up.delete(connection);
      if (event !== "reconnect") return;
      up.add(connection);
      if (connection === stateConnection) await state.recover();
    });
  }

  async function follow(connection: NatsConnection, onEvent: (event: string) => Promise<void>): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === "error") log.error({ err: status.error }, "an error of a connection to NATS");
      await onEvent(status.type).catch((error: unknown) =>
        log.error({ err: error }, "the state could not be recovered"),
      );
    }
  }

  const served: { close(): void | Promise<void> }[] = [];
  return {
    state,
    streams: await SessionStreams.open(streamsConnection, { replicas, limits: streamLimits }),
    connections: new Connections(system, log),
    bus: new MeetingBus(rpc),
    serveRpc(lookup) {
      const router = new RpcRouter({ connection: rpc, lookup, log });
      served.push(router);
      return router;
    },
    serveAuth(authorize) {
      const issuer = { publicKey: nkeyPublicKey(keys.issuer), privateKey: nkeyPrivateKeyObject(keys.issuer) };
      const callout = new AuthCallout({ connection: auth, issuer, authorize, log });
      served.push(callout);
      return callout;
    },
    isConnected: () => up.size === connections.length,
    async [Symbol.asyncDispose]() {
      for (const service of served) await service.close();
      await Promise.all(connections.map((connection) => connection.close()));
    },
  };
}

function open({ servers, keys }: ConnectNatsOptions, name: Exclude<keyof NatsKeys, "issuer">): Promise<NatsConnection> {
  return connect({
    servers,
    name: `sotto ${name}`,
    authenticator: nkeyAuthenticator(new TextEncoder().encode(keys[name])),
    inboxPrefix: serviceInbox(name),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    ignoreAuthErrorAbort: true,
    pingInterval: 10_000,
    timeout: 5_000,
  });
}
