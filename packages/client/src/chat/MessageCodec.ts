import { messageEpoch, type Channel, type SessionKeys } from "@sotto/e2ee";

/** Messages as they travel. `to`: the peer of a private message, empty for everybody. */
export interface MessageCodec {
  /** Makes the wire message. Messages are numbered in the order of the calls; a retry sends the same bytes again. */
  seal(channel: Channel, to: string, body: Uint8Array): Promise<Uint8Array>;
  /**
   * Gives the body of a wire message of participant `from`, or throws. `from`, `channel` and `to` come from the subject:
   * an encrypted message that was sealed for another route does not open.
   */
  open(from: string, channel: Channel, to: string, wire: Uint8Array): Promise<{ body: Uint8Array; gap: number }>;
}

/** First byte of a wire message in a room without end-to-end encryption; encrypted ones begin with their version, 1. */
const plainVersion = 0;

/** For rooms whose key model is `none`, and for no other. Wire message: u8 0 ‖ body. */
export const plainCodec: MessageCodec = {
  seal(_channel, _to, body) {
    const wire = new Uint8Array(1 + body.length);
    wire[0] = plainVersion;
    wire.set(body, 1);
    return Promise.resolve(wire);
  },
  open(_from, _channel, _to, wire) {
    if (wire[0] !== plainVersion) return Promise.reject(new Error("not a message of an unencrypted room"));
    return Promise.resolve({ body: wire.subarray(1), gap: 0 });
  },
};

/**
 * For end-to-end encrypted rooms: key schedule v1, which refuses every other version, 0 included. A message of an epoch
 * that we do not have waits for `obtain`, which resolves when the epoch is here or will not come. Nothing is sealed
 * before `prepare` resolves: under an epoch that others have left meanwhile, who came since could not read it, and who left
 * since could.
 */
export function encryptedCodec(
  keys: SessionKeys,
  obtain: (epoch: number) => Promise<void>,
  prepare: () => Promise<void> = () => Promise.resolve(),
): MessageCodec {
  return {
    async seal(channel, to, body) {
      await prepare();
      return keys.sealMessage({ channel, to, body });
    },
    async open(from, channel, to, wire) {
      const epoch = messageEpoch(wire);
      if (!keys.hasEpoch(epoch)) await obtain(epoch);
      return keys.openMessage({ from, channel, to, wire });
    },
  };
}
