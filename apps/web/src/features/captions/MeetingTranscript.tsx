import type { SottoApi } from "@sotto/client";
import { useEffect, useState } from "react";
import { TranscriptView, type TranscriptViewProps } from "./TranscriptView.tsx";

interface MeetingTranscriptProps {
  api: SottoApi;
  /** What a host was given when the meeting ended. */
  token: string;
}

/** The transcript of the meeting that a host comes from; nothing where there is none, which is the rule. */
export function MeetingTranscript({ api, token }: MeetingTranscriptProps) {
  const [state, setState] = useState<TranscriptViewProps["state"] | "none">("none");
  useEffect(() => {
    const closing = new AbortController();
    api.transcript(token, closing.signal).then(
      ({ isKept }) => setState(isKept ? "kept" : "none"),
      () => undefined, // whoever runs the server has it in the list of artifacts
    );
    return () => closing.abort();
  }, [api, token]);
  if (state === "none") return null;
  const discard = () => {
    setState("discarding");
    api.discardTranscript(token).then(
      () => setState("discarded"),
      () => setState("failed"),
    );
  };
  return <TranscriptView state={state} onDiscard={discard} />;
}
