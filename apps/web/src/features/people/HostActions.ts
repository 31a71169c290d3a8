import type { Moderation } from "@sotto/client";

/** What hosts do. Each says by itself when it did not work, and never rejects. */
export type HostActions = Pick<Moderation, keyof Moderation>;
