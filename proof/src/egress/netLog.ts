import { readFileSync } from "node:fs";

/** Which hosts a Chromium asked for requests, by who wanted them. */
export interface RequestedHosts {
  /** For its pages and their workers. */
  pages: Set<string>;
  /** Of its own accord: it looks for updates, say. */
  itself: Set<string>;
}

interface NetLog {
  constants: { logEventTypes: Record<string, number> };
  events: { type: number; params?: { url?: string; initiator?: string; request_type?: string } }[];
}

/**
 * Reads the log that `--log-net-log` wrote, of a browser that is closed. Requests that no page began have no origin as
 * their initiator, except that of what a person typed into the address bar, which is a main frame's.
 */
export function requestedHosts(file: string): RequestedHosts {
  const { constants, events } = JSON.parse(readFileSync(file, "utf8")) as NetLog;
  const started = constants.logEventTypes["URL_REQUEST_START_JOB"];
  const hosts: RequestedHosts = { pages: new Set(), itself: new Set() };
  for (const { type, params } of events) {
    if (type !== started || params?.url === undefined) continue;
    const isOwn = params.initiator === "not an origin" && params.request_type !== "main frame";
    (isOwn ? hosts.itself : hosts.pages).add(new URL(params.url).hostname);
  }
  return hosts;
}
