import { isIP } from "node:net";
import { megabyteBytes, type RoomFeatures } from "@sotto/protocol";
import { defaultMessageLimits, type MessageLimits } from "../platform/nats/messageLimits.ts";
import type { Config } from "./configSchema.ts";

/** What somebody has not said for so long, they may say at once. */
const burstSeconds = 6;
const loopback = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

/** Whether the server can only be reached from the machine it runs on. */
export function isLoopback({ server }: Pick<Config, "server">): boolean {
  return loopback.test(server.host);
}

/** Where an engine on the same machine reaches this node. */
export function ownOrigin({ server: { host, port } }: Pick<Config, "server">): string {
  const reachable = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${isIP(reachable) === 6 ? `[${reachable}]` : reachable}:${port}`;
}

/** Whether anybody may open a meeting from the landing page: as configured, else on a server for one machine only. */
export function guestsMayOpenMeetings(config: Pick<Config, "guests" | "server">): boolean {
  return config.guests.mayOpenMeetings ?? isLoopback(config);
}

/** What people may store and ask, as configured. */
export function messageLimits({ messages }: Pick<Config, "messages">): MessageLimits {
  const { streams, rpc } = defaultMessageLimits;
  return {
    streams: {
      ...streams,
      maxBytes: {
        public: messages.publicMegabytes * megabyteBytes,
        private: messages.privateMegabytes * megabyteBytes,
      },
      maxShare: messages.personPercent / 100,
    },
    rpc: { ...rpc, messages: { perSecond: messages.perSecond, burst: messages.perSecond * burstSeconds } },
  };
}

/** Bytes of the largest file in the chat of a room: the room's own limit, but never above the installation's. */
export function maxFileBytes(
  { files }: Pick<Config, "files">,
  { chat_features: { max_file_size } }: RoomFeatures,
): number {
  const megabytes = max_file_size === 0 ? files.maxFileMegabytes : Math.min(max_file_size, files.maxFileMegabytes);
  return megabytes * megabyteBytes;
}
