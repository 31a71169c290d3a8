import { randomUUID } from "node:crypto";
import type { SignedReceipt } from "@sotto/protocol";
import { roomName, roomOwner } from "../clients/roomScope.ts";
import type { EndingSession } from "../sessions/EndingSession.ts";
import type { WipeCheck } from "../sessions/endSession.ts";
import type { RoomRecord } from "../sessions/RoomRecord.ts";
import type { Artifact, Artifacts } from "./Artifacts.ts";
import type { ReceiptKey } from "./ReceiptKey.ts";
import { receiptOf } from "./receiptOf.ts";
import type { ReceiptTokens } from "./ReceiptTokens.ts";
import type { Stock } from "./Stock.ts";

interface ReceiptsOptions {
  artifacts: Artifacts;
  key: ReceiptKey;
  tokens: ReceiptTokens;
  /** Copies of the meetings' state in the cluster. */
  replicas: number;
  /** Whether the installation itself is told of every room. */
  hasWebhooks: boolean;
  keepMs: number;
}

/** The data receipts of sessions that are over: made, signed, kept for a while. */
export class Receipts {
  readonly tokens: ReceiptTokens;
  readonly #options: ReceiptsOptions;

  constructor(options: ReceiptsOptions) {
    this.#options = options;
    this.tokens = options.tokens;
  }

  /** Writes the receipt of what an end found. One that tells of something left is replaced by a later one. */
  async issue(room: RoomRecord, ending: EndingSession, stock: Stock, check: WipeCheck): Promise<void> {
    const { artifacts, key, replicas } = this.#options;
    const hasWebhooks = this.#options.hasWebhooks || room.webhookUrl !== "";
    const now = Date.now();
    const receipt = receiptOf({ room, ending, stock, check, replicas, hasWebhooks, signedWith: key.fingerprint, now });
    const signature = { algorithm: "Ed25519", publicKey: key.published.key.x, value: key.sign(receipt) } as const;
    await artifacts.put({
      artifactId: randomUUID(),
      owner: roomOwner(room.roomId),
      roomId: roomName(room.roomId),
      sessionId: ending.sessionId,
      type: "DATA_RECEIPT",
      created: new Date(now),
      metadata: { final: receipt.result === "gone" },
      content: `${JSON.stringify({ receipt, signature } satisfies SignedReceipt, null, 2)}\n`,
    });
  }

  /** The document; null where there is none. */
  async find(sessionId: string): Promise<string | null> {
    return (await this.of(sessionId))?.content ?? null;
  }

  /** The receipt as an artifact; null where there is none. */
  async of(sessionId: string): Promise<Artifact | null> {
    return this.#options.artifacts.ofSession(sessionId, "DATA_RECEIPT");
  }

  /** Deletes what was kept for long enough. */
  async purge(): Promise<void> {
    const { artifacts, keepMs } = this.#options;
    for (const type of ["DATA_RECEIPT", "TRANSCRIPT"] as const) {
      await artifacts.deleteOlderThan(type, new Date(Date.now() - keepMs));
    }
  }
}
