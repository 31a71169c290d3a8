import type { MediaSource } from "@sotto/protocol";
import { RoomEvent, SignalRequestError, type LocalParticipant, type Room } from "livekit-client";
import type { ReadonlyStore } from "../store/Store.ts";
import { mediaSourceOf } from "./subscriptionOf.ts";
import { subscriptionRuleOf, type SubscriptionFacts, type SubscriptionRule } from "./subscriptionRuleOf.ts";

/** A change of our own metadata, which nobody is granted: its refusal says that the SFU has read what was sent before. */
const barrier = "guarded";

/**
 * Tells the SFU who may receive our media, before anything of it is published and again whenever that changes: the SFU
 * then sends it to nobody else, whatever they ask for. Of an SFU that does not do as it is told it protects nothing; what
 * it could give away then is sealed in an encrypted room.
 */
export class SubscriptionGuard {
  readonly #facts: ReadonlyStore<Omit<SubscriptionFacts, "tracks">>;
  readonly #stopFacts: () => void;
  #room: Room | null = null;
  #told: string | null = null;

  /** `facts`: everything but what we publish, which the connection says. */
  constructor(facts: ReadonlyStore<Omit<SubscriptionFacts, "tracks">>) {
    this.#facts = facts;
    this.#stopFacts = facts.subscribe(this.#apply);
  }

  /** Guards what is published over this connection from now on; to be called before the first is. Null for none. */
  follow(media: { readonly room: Room } | null): void {
    for (const change of [RoomEvent.LocalTrackPublished, RoomEvent.LocalTrackUnpublished] as const) {
      this.#room?.off(change, this.#apply);
      media?.room.on(change, this.#apply);
    }
    this.#room = media?.room ?? null;
    this.#told = null;
    this.#apply();
  }

  /**
   * Resolves when the SFU has read what it was told last: `true`, also without a connection, where there is nothing to be
   * received. `false` when it does not say so in some seconds.
   */
  async isInForce(): Promise<boolean> {
    const room = this.#room;
    if (!room) return true;
    try {
      await room.localParticipant.setMetadata(barrier);
      return true;
    } catch (error) {
      return room !== this.#room || (error instanceof SignalRequestError && error.reasonName === "NOT_ALLOWED");
    }
  }

  dispose(): void {
    this.#stopFacts();
    this.follow(null);
  }

  readonly #apply = (): void => {
    if (!this.#room) return;
    const { localParticipant } = this.#room;
    const rule = subscriptionRuleOf({ ...this.#facts.get(), tracks: publishedBy(localParticipant) });
    const said = JSON.stringify(rule);
    if (said === this.#told) return;
    this.#told = said;
    tell(localParticipant, rule);
  };
}

function publishedBy(participant: LocalParticipant): { sid: string; source: MediaSource }[] {
  return [...participant.trackPublications.values()].flatMap(({ trackSid: sid, source: name }) => {
    const source = mediaSourceOf(name);
    return source === null ? [] : { sid, source };
  });
}

/** LiveKit's client says it again by itself at each new connection to the SFU, before it publishes. */
function tell(participant: LocalParticipant, rule: SubscriptionRule): void {
  if (rule.everybody) return participant.setTrackSubscriptionPermissions(true);
  const permissions = rule.allowed.map(({ identity, trackSids }) =>
    trackSids === null
      ? { participantIdentity: identity, allowAll: true }
      : { participantIdentity: identity, allowedTrackSids: [...trackSids] },
  );
  participant.setTrackSubscriptionPermissions(false, permissions);
}
