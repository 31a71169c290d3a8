import { setTimeout as delay } from "node:timers/promises";
import type { WebhookEvent } from "livekit-server-sdk";
import type { Context } from "../../context.ts";
import { isPresent, isThere, participantKey, type ParticipantRecord } from "../../sessions/ParticipantRecord.ts";
import { roomOfSession } from "../../sessions/SessionEvents.ts";

type Services = Pick<Context, "events" | "state">;

const pollMs = 50;
/** Media and messages are connected to at the same time: who is heard first joins first all the same. */
const joinWaitMs = 5_000;

/** Makes session events of what livekit-server reports of tracks. */
export class MediaEvents {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  /** livekit-server reports of one person one after the other, and waits for this. */
  async take({ event, room, participant, track }: WebhookEvent): Promise<void> {
    if (event !== "track_published" && event !== "track_unpublished") return;
    if (!room || !participant || !track) return;
    const { events, state } = this.#services;
    const person = await this.#whoIsThere(room.name, participant.identity);
    const known = person && (await state.rooms.get(person.roomId));
    if (!person || !known) return;
    const name = event === "track_published" ? "trackPublished" : "trackUnpublished";
    await events.emit({ name, room: roomOfSession(known.value, room.name), participant: person, track });
  }

  /** Null for somebody who has left, or does not come. */
  async #whoIsThere(sessionId: string, identity: string): Promise<ParticipantRecord | null> {
    const [participantId = ""] = identity.split(".");
    const deadline = Date.now() + joinWaitMs;
    for (;;) {
      const entry = await this.#services.state.participants.get(participantKey(sessionId, participantId));
      if (!entry || !isPresent(entry.value)) return null;
      if (isThere(entry.value)) return entry.value;
      if (Date.now() > deadline) return null;
      await delay(pollMs);
    }
  }
}
