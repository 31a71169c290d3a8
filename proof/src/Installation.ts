import type { ManagementApi, MaliciousSfu } from "@sotto/dev-env";
import type { Browser } from "playwright-core";
import type { WebhookListener } from "./webhooks/WebhookListener.ts";

/** The installation that the proofs are tried on. */
export interface Installation {
  /** Such as `https://meet.example.org`. */
  origin: string;
  /** A Chromium whose camera and microphone show and say what `fakeCapture.ts` knows; started when first asked for. */
  browser: () => Promise<Browser>;
  access: Partial<Access>;
}

/** What a proof may be given beyond the public address. */
export interface Access {
  /** API key and secret. */
  integrator: { management: ManagementApi; apiKey: string; apiSecret: string };
  /** Folders of everything the installation writes; the first one holds `secrets.json` and the engines' files. */
  dataFolders: readonly [string, ...string[]];
  /** Everything that its processes wrote to their logs so far. */
  logs: () => string;
  /** A folder with logs of the engines in which every message and every event is written down. */
  engineTraces: string;
  /** Hears every webhook that the installation sends. */
  webhooks: WebhookListener;
  /** The address of another control plane of the same installation. */
  secondNode: string;
  /** The SFU as whoever uses `secondNode` knows it: it can be made to lie. */
  maliciousSfu: MaliciousSfu;
  /** Whether what the proof is about may be started once more on this machine. */
  ownMachine: true;
  /** How soon a guest's meeting is over after the last person left; only if that can be waited for. */
  emptyTimeoutMs: number;
}

export type Granted<K extends keyof Access> = Partial<Access> & Pick<Access, K>;

/** How each access is given to a proof of a running installation. */
export const howToGrant: Record<keyof Access, string> = {
  integrator: "the API key and secret (SOTTO_API_KEY and SOTTO_API_SECRET, or --data)",
  dataFolders: "the data folder (--data FOLDER)",
  logs: "the logs (--log FILE)",
  engineTraces: "traces of the engines, which only an installation of its own has (leave out --url)",
  webhooks: "its webhooks, which only an installation of its own sends here (leave out --url)",
  secondNode: "a second node (--second-url ORIGIN)",
  maliciousSfu: "an SFU that lies, which only an installation of its own has (leave out --url)",
  ownMachine: "an installation that it starts itself (leave out --url)",
  emptyTimeoutMs: "a short empty timeout, which only an installation of its own has (leave out --url)",
};
