import { SottoError, type ClientErrorCode, type SottoApi } from "@sotto/client";
import { useEffect, useState } from "react";
import { LandingView, type KeyChoice, type LinkRoute, type OpenState } from "./LandingView.tsx";

export interface LandingProps<Route extends LinkRoute> {
  api: SottoApi;
  /** Opens a meeting; throws a `SottoError` when the server refuses. */
  onStart: (keyModel: KeyChoice) => Promise<void>;
  /** What a pasted text leads to. */
  readLink: (text: string) => Route;
  onFollow: (route: Exclude<Route, { kind: "unknown" | "elsewhere" }>) => void;
}

/** The start page, connected to the server that says whether guests may open meetings. */
export function Landing<Route extends LinkRoute>({ api, onStart, readLink, onFollow }: LandingProps<Route>) {
  const [open, setOpen] = useState<OpenState>({ status: "asking" });
  const isAsking = open.status === "asking";

  useEffect(() => {
    if (!isAsking) return;
    let current = true;
    api.installation().then(
      ({ guestsMayOpenMeetings }) => {
        if (current) setOpen({ status: guestsMayOpenMeetings ? "ready" : "invitedOnly" });
      },
      (error: unknown) => {
        if (current) setOpen({ status: "failed", code: codeOf(error) });
      },
    );
    return () => {
      current = false;
    };
  }, [api, isAsking]);

  const start = async (keyModel: KeyChoice) => {
    setOpen({ status: "opening" });
    try {
      await onStart(keyModel);
    } catch (error) {
      const code = codeOf(error);
      setOpen(code === "guests_disabled" ? { status: "invitedOnly" } : { status: "failed", code });
    }
  };
  const follow = (text: string) => {
    const route = readLink(text);
    if (route.kind === "unknown" || route.kind === "elsewhere") return route.kind;
    onFollow(route as Exclude<Route, { kind: "unknown" | "elsewhere" }>);
    return null;
  };
  return (
    <LandingView
      open={open}
      isSecure={window.isSecureContext}
      onStart={(keyModel) => void start(keyModel)}
      onRetry={() => setOpen({ status: "asking" })}
      onFollow={follow}
    />
  );
}

function codeOf(error: unknown): ClientErrorCode {
  return error instanceof SottoError ? error.code : "internal";
}
