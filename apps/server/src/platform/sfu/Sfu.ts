import type { Permissions } from "@sotto/protocol";
import { RoomServiceClient, ServerError } from "livekit-server-sdk";
import { AppError } from "../AppError.ts";
import { signHs256, verifyHs256 } from "../jwt/hs256.ts";

export interface SfuOptions {
  /** HTTP address of livekit-server's API as this node sees it. */
  url: string;
  key: string;
  secret: string;
}

const mediaTokenSeconds = 300;
/** Rooms are deleted by the control plane at the end of the session and by nobody before. */
const neverSeconds = 7 * 24 * 3600;
const requestTimeoutSeconds = 10;

/** The media server. A session's room there is named by the session id; people there have identities and no names. */
export class Sfu {
  readonly url: string;
  readonly #key: string;
  readonly #secret: string;
  readonly #rooms: RoomServiceClient;

  constructor({ url, key, secret }: SfuOptions) {
    this.url = url;
    this.#key = key;
    this.#secret = secret;
    this.#rooms = new RoomServiceClient(url, key, secret, { requestTimeout: requestTimeoutSeconds, failover: false });
  }

  /** Makes the session's room; one that exists already stays as it is. */
  async createRoom(sessionId: string): Promise<void> {
    await this.#rooms
      .createRoom({ name: sessionId, emptyTimeout: neverSeconds, departureTimeout: neverSeconds })
      .catch((error: unknown) => {
        throw AppError.unavailable(error);
      });
  }

  /** Closes the session's room and with it every media connection; fine if there is none. */
  async deleteRoom(sessionId: string): Promise<void> {
    await unlessMissing(this.#rooms.deleteRoom(sessionId));
  }

  async hasRoom(sessionId: string): Promise<boolean> {
    return (await this.#rooms.listRooms([sessionId])).length > 0;
  }

  /** The names of all rooms. */
  async rooms(): Promise<string[]> {
    return (await this.#rooms.listRooms()).map(({ name }) => name);
  }

  /** Closes one media connection; fine if it is gone already. */
  async removeParticipant(sessionId: string, identity: string): Promise<void> {
    await unlessMissing(this.#rooms.removeParticipant(sessionId, identity));
  }

  /** Lets one page of one participant connect to the session's room, with exactly the sources it may publish. */
  mediaToken(options: { sessionId: string; identity: string; permissions: Permissions; hidden: boolean }): string {
    const { sessionId, identity, permissions, hidden } = options;
    const now = Math.floor(Date.now() / 1000);
    const video = {
      room: sessionId,
      roomJoin: true,
      // To livekit-server an empty list of sources means all of them.
      canPublish: permissions.publish.length > 0,
      canPublishSources: permissions.publish,
      canSubscribe: permissions.subscribe,
      canPublishData: false,
      canUpdateOwnMetadata: false,
      hidden,
    };
    return signHs256(
      { iss: this.#key, sub: identity, nbf: now - 5, exp: now + mediaTokenSeconds, video },
      this.#secret,
    );
  }

  /** Whose token it is, or null. livekit-server renews the tokens of living connections with the same secret. */
  bearerOf(token: string): { sessionId: string; identity: string } | null {
    const verified = verifyHs256(token, this.#secret, Date.now());
    if (!verified.ok) return null;
    const { iss, sub, video } = verified.claims as { iss?: unknown; sub?: unknown; video?: { room?: unknown } };
    if (iss !== this.#key || typeof sub !== "string" || typeof video?.room !== "string") return null;
    return { sessionId: video.room, identity: sub };
  }
}

async function unlessMissing(request: Promise<void>): Promise<void> {
  try {
    await request;
  } catch (error) {
    if (!(error instanceof ServerError && error.code === "not_found")) throw error;
  }
}
