import { receiptLimits, receiptParts, receiptRemainders, type Receipt } from "@sotto/protocol";
import { report } from "../../test/gallery/report.ts";
import { DoorOpen } from "lucide-react";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { ReceiptView, type ReceiptViewProps } from "./ReceiptView.tsx";

/** As the goodbye of a host shows it. */
const inPage = (state: ReceiptViewProps["state"]) =>
  function Specimen() {
    return (
      <main>
        <Notice
          icon={<DoorOpen />}
          eyebrow="Weekly planning"
          title="The meeting is over"
          actions={
            <Button variant="primary" size="l" onPress={report("home")}>
              To the start page
            </Button>
          }
        >
          <p>The host ended it for everyone.</p>
          <ReceiptView state={state} onSave={report("save")} />
        </Notice>
      </main>
    );
  };

const receipt: Receipt = {
  type: "sotto.data-receipt",
  version: 1,
  issuedAt: "2026-11-24T20:05:01.312Z",
  signedWith: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
  meeting: {
    roomId: "consultation-7",
    sessionId: "nWGxne_9WmC6hEr0kuwsxE",
    openedAt: "2026-11-24T19:01:12.000Z",
    beganAt: "2026-11-24T19:03:40.000Z",
    endedAt: "2026-11-24T20:05:00.802Z",
    endReason: "ended_by_host",
    keyModel: "server",
  },
  counted: {
    at: "2026-11-24T20:05:00.951Z",
    people: 12,
    messages: { count: 148, bytes: 187_304 },
    privateMessages: { count: 3, bytes: 3_801 },
    files: { count: 2, bytes: 4_812_000, unfinished: 0 },
    keys: { serverKey: true, epochsBegun: 19 },
  },
  losses: [],
  neverHeld: ["stored_media", "recording", "transcript", "analytics"],
  result: "gone",
  attempts: 1,
  parts: receiptParts.map((part) => ({
    part,
    store: part === "files" ? "files" : part === "media_room" ? "livekit-server" : "nats-server",
    medium: part === "files" ? "disk" : "memory",
    copies: 1,
    result: "gone",
    checkedAt: "2026-11-24T20:05:01.204Z",
  })),
  stays: receiptRemainders.filter((each) => each !== "recording" && each !== "transcript" && each !== "analytics"),
  cannotKnow: [...receiptLimits],
  statement: [],
};

const here = (changes: Partial<Receipt>) =>
  inPage({ status: "here", receipt: { ...receipt, ...changes }, document: "the document" });

export const checking = inPage({ status: "checking" });
export const gone = here({});
export const passphrase = here({
  meeting: { ...receipt.meeting, keyModel: "passphrase" },
  neverHeld: ["server_key", "passphrase", "stored_media", "recording", "transcript", "analytics"],
  counted: {
    ...receipt.counted,
    people: 2,
    messages: { count: 0, bytes: 0 },
    privateMessages: null,
    files: { count: 0, bytes: 0, unfinished: 0 },
  },
  losses: ["2026-11-24T19:30:00.000Z"],
});
export const left = here({
  result: "left",
  attempts: 5,
  parts: receipt.parts.map((each) =>
    each.part === "files"
      ? { ...each, result: "left" }
      : each.part === "media_room"
        ? { ...each, result: "unknown" }
        : each,
  ),
});
export const unavailable = inPage({ status: "unavailable" });
export const elsewhere = inPage({ status: "elsewhere" });
