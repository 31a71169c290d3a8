import { megabyteBytes } from "@sotto/protocol";
import type { RpcLimits } from "./RpcRouter.ts";
import type { SessionStreamLimits } from "./SessionStreams.ts";

/** What participants may store and ask. */
export interface MessageLimits {
  streams: SessionStreamLimits;
  rpc: RpcLimits;
}

export const defaultMessageLimits: MessageLimits = {
  streams: {
    // Reserved when the stream is made, of the memory that all sessions share.
    maxBytes: { public: 8 * megabyteBytes, private: 4 * megabyteBytes },
    maxMessagesPerSubject: 10_000,
    maxShare: 0.25,
  },
  rpc: {
    messages: { perSecond: 5, burst: 30 },
    requests: { perSecond: 10, burst: 60 },
  },
};
