import { joiningServices, type RoomFeatures, type Standing } from "@sotto/protocol";
import type { SubscriptionFacts } from "../media/subscriptionRuleOf.ts";
import type { MediaPeer } from "../participants/MediaPeer.ts";
import { Store, type ReadonlyStore } from "../store/Store.ts";
import type { MeetingServices } from "./MeetingServices.ts";

export interface GuardSources {
  readonly features: RoomFeatures;
  readonly standing: ReadonlyStore<Pick<Standing, "role">>;
  readonly peers: ReadonlyStore<readonly MediaPeer[]>;
  readonly services: MeetingServices;
}

/** What a `SubscriptionGuard` goes by, as it stands now. It lives as long as the meeting whose stores it is made of. */
export function guardFacts({
  features,
  standing,
  peers,
  services,
}: GuardSources): ReadonlyStore<Omit<SubscriptionFacts, "tracks">> {
  const read = () => {
    const running = services.running.get();
    const refused = new Set(joiningServices.filter((each) => running.has(each) && services.answerTo(each) !== true));
    return { role: standing.get().role, features, running, refused, peers: peers.get() };
  };
  const facts = new Store(read());
  for (const source of [standing, peers, services.running, services.answers]) {
    source.subscribe(() => facts.set(read()));
  }
  return facts;
}
