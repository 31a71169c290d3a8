import { attack, type Attackers, type Outcome } from "./attack.ts";
import { flood } from "./flooding.ts";
import { headers } from "./headers.ts";
import { malformed } from "./malformed.ts";
import { poisonMessageIds } from "./messageIds.ts";
import { membersRights, publishing, reaching } from "./publishing.ts";
import { forgedReplies } from "./replies.ts";
import type { Scene } from "./Scene.ts";
import { subscribing } from "./subscribing.ts";
import { tryLogins } from "./tryLogins.ts";

/** What is tried, of one kind. */
export interface Family {
  name: string;
  carryOut: (scene: Scene, attackers: Attackers) => Promise<Outcome[]>;
}

const table = (name: string, attempts: Parameters<typeof attack>[2]): Family => ({
  name,
  carryOut: (scene, attackers) => attack(scene, attackers, attempts),
});

const replies: Family = {
  name: "forged replies",
  async carryOut(scene, attackers) {
    const { seat } = await attackers.connection();
    return attack(scene, attackers, forgedReplies(seat.answer.permissions));
  },
};

const others = [
  table("subscribing", subscribing),
  table("publishing as others", publishing),
  table("JetStream and nats-server", reaching),
];

/** Against the session that they are in. */
export const ofMembers: readonly Family[] = [
  ...others,
  replies,
  table("malformed protocol", malformed),
  { name: "logging in", carryOut: tryLogins },
  { name: "message ids", carryOut: poisonMessageIds },
  table("headers", headers),
];

/** Only through the public way: whoever is on the machine can flood nats-server all the same. */
export const ofFlooders: readonly Family[] = [{ name: "flooding", carryOut: flood }];

/** Against a session that they are not in, or not yet. */
export const ofOutsiders: readonly Family[] = [...others, table("what members may", membersRights), replies];
