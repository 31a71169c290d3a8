import type { HistoryRoot } from "./historyRoot.ts";

/** With `keep`, what to remember from now on; without, only what is remembered is asked for. */
export interface KeeperQuestion {
  readonly keep?: HistoryRoot | null;
}

/** What is remembered now. */
export interface KeeperAnswer {
  readonly root: HistoryRoot | null;
}
