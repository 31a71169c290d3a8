import { ReceiptWatch, type ReceiptState, type SottoApi } from "@sotto/client";
import { useEffect, useState } from "react";
import { saveBlob } from "../../ui/saveBlob.ts";
import { ReceiptView } from "./ReceiptView.tsx";

interface MeetingReceiptProps {
  api: SottoApi;
  /** Of a meeting that this host saw the end of; null where the receipt is for others to fetch. */
  token: string | null;
}

/** The data receipt of the meeting that a host comes from, as soon as the server has it. */
export function MeetingReceipt({ api, token }: MeetingReceiptProps) {
  const [state, setState] = useState<ReceiptState>({ status: "checking" });
  useEffect(() => {
    if (token === null) return undefined;
    const watch = new ReceiptWatch(api, token);
    const stop = watch.state.subscribe(() => setState(watch.state.get()));
    return () => {
      stop();
      watch[Symbol.dispose]();
    };
  }, [api, token]);
  return <ReceiptView state={token === null ? { status: "elsewhere" } : state} onSave={save} />;
}

function save(document: string, sessionId: string): void {
  saveBlob(new Blob([document], { type: "application/json" }), `sotto-receipt-${sessionId}.json`);
}
