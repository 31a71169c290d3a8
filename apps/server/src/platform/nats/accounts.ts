import { inboxRoot } from "./inbox.ts";
import type { NatsKeys } from "./natsKeys.ts";

/** Names of the NATS accounts: walls between subjects. Participants are only ever let into `meet`. */
export const accounts = { auth: "AUTH", core: "CORE", meet: "MEET", system: "SYS" } as const;

/** The control plane's connections. */
export type Service = Exclude<keyof NatsKeys, "issuer">;

interface ServiceAccess {
  account: (typeof accounts)[keyof typeof accounts];
  publish: string[];
  subscribe: string[];
}

/** Where each of the control plane's connections gets the answers to its own requests. */
export function serviceInbox(service: Service): string {
  return `_C.${service}`;
}

/** The control plane's five connections, each with only the subjects it needs. */
export const serviceAccess: Record<Service, ServiceAccess> = {
  rpc: {
    account: accounts.meet,
    publish: [`${inboxRoot}.*.r.>`, "m.*.state.>", "m.*.host.>", "m.*.to.*.>"],
    // Requests are answered by one node; that an epoch was staged is heard by whichever node asked for it.
    subscribe: ["m.*.rpc.*.* rpc", "m.*.rpc.*.epoch-staged"],
  },
  streams: {
    account: accounts.meet,
    publish: [
      "m.*.pub.*.*",
      "m.*.dm.*.*",
      "$JS.API.STREAM.CREATE.*",
      "$JS.API.STREAM.INFO.*",
      "$JS.API.STREAM.DELETE.*",
      "$JS.API.STREAM.NAMES",
      "$JS.API.CONSUMER.CREATE.*.*",
      // The library names a consumer with several filters in the request only.
      "$JS.API.CONSUMER.CREATE.*",
      "$JS.API.CONSUMER.DELETE.*.*",
    ],
    subscribe: [`${serviceInbox("streams")}.>`],
  },
  state: {
    account: accounts.core,
    publish: [
      "$KV.*.>",
      "$JS.API.STREAM.CREATE.*",
      "$JS.API.STREAM.INFO.*",
      "$JS.API.STREAM.PURGE.*",
      "$JS.API.STREAM.MSG.GET.*",
      "$JS.API.DIRECT.GET.*.>",
      "$JS.API.CONSUMER.CREATE.>",
      "$JS.API.CONSUMER.DELETE.*.*",
      "$JS.API.CONSUMER.MSG.NEXT.*.*",
      "$JS.FC.>",
    ],
    subscribe: [`${serviceInbox("state")}.>`],
  },
  system: {
    account: accounts.system,
    publish: [
      "$SYS.REQ.SERVER.*.KICK",
      `$SYS.REQ.ACCOUNT.${accounts.meet}.CONNZ`,
      // Names of every account's streams, for whoever checks from outside that nothing is left (proof P4).
      "$SYS.REQ.SERVER.PING.JSZ",
    ],
    subscribe: [
      `$SYS.ACCOUNT.${accounts.meet}.CONNECT`,
      `$SYS.ACCOUNT.${accounts.meet}.DISCONNECT`,
      `${serviceInbox("system")}.>`,
    ],
  },
  auth: {
    account: accounts.auth,
    publish: ["$SYS._INBOX.>"],
    subscribe: ["$SYS.REQ.USER.AUTH auth"],
  },
};
