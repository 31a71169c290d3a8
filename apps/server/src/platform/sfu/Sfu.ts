import type { MediaSource, Permissions } from "@sotto/protocol";
import {
  RoomServiceClient,
  ServerError,
  TrackSource,
  WebhookReceiver,
  type ParticipantInfo,
  type WebhookEvent,
} from "livekit-server-sdk";
import { AppError } from "../AppError.ts";
import { signHs256, verifyHs256 } from "../jwt/hs256.ts";

export interface SfuOptions {
  /** HTTP address of livekit-server's API as this node sees it. */
  url: string;
  key: string;
  secret: string;
}

/** One page of one participant, as the SFU knows it. */
export interface MediaPage {
  sessionId: string;
  identity: string;
}

/** What the SFU lets a page do. */
export interface MediaRights extends Pick<Permissions, "publish" | "subscribe"> {
  hidden: boolean;
}

const identityTokenSeconds = 300;
/** It is made for one connection, and used at once. */
const connectionTokenSeconds = 60;
/** Rooms are deleted by the control plane at the end of the session and by nobody before. */
const neverSeconds = 7 * 24 * 3600;
const requestTimeoutSeconds = 10;

const trackSources: Record<MediaSource, TrackSource> = {
  camera: TrackSource.CAMERA,
  microphone: TrackSource.MICROPHONE,
  screen_share: TrackSource.SCREEN_SHARE,
  screen_share_audio: TrackSource.SCREEN_SHARE_AUDIO,
};

/** The media server. A session's room there is named by the session id; people there have identities and no names. */
export class Sfu {
  readonly url: string;
  readonly #key: string;
  readonly #secret: string;
  readonly #rooms: RoomServiceClient;
  readonly #reports: WebhookReceiver;

  constructor({ url, key, secret }: SfuOptions) {
    this.url = url;
    this.#key = key;
    this.#secret = secret;
    this.#reports = new WebhookReceiver(key, secret);
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

  /** Everybody with a media connection; nobody where there is no room. */
  async participants(sessionId: string): Promise<ParticipantInfo[]> {
    return (await unlessMissing(this.#rooms.listParticipants(sessionId))) ?? [];
  }

  /** Null for a page that has no media connection, or just begins to. */
  async participant({ sessionId, identity }: MediaPage): Promise<ParticipantInfo | null> {
    return unlessMissing(this.#rooms.getParticipant(sessionId, identity));
  }

  /** Closes one media connection; fine if it is gone already. */
  async removeParticipant({ sessionId, identity }: MediaPage): Promise<void> {
    await unlessMissing(this.#rooms.removeParticipant(sessionId, identity));
  }

  /**
   * Changes what a connected page may do; fine if it is not connected. The SFU unpublishes by itself what may not be
   * published any more.
   */
  async updatePermissions({ sessionId, identity }: MediaPage, rights: MediaRights): Promise<void> {
    const permission = {
      ...grantOf(rights),
      canPublishSources: rights.publish.map((source) => trackSources[source]),
      canUpdateMetadata: false,
    };
    await unlessMissing(this.#rooms.updateParticipant(sessionId, identity, { permission }));
  }

  /** Mutes what a page publishes from a source; its owner may unmute it. */
  async muteTracks(page: MediaPage, source: MediaSource): Promise<void> {
    const { sessionId, identity } = page;
    const tracks = (await this.participant(page))?.tracks ?? [];
    const audible = tracks.filter((track) => track.source === trackSources[source] && !track.muted);
    await Promise.all(
      audible.map(({ sid }) => unlessMissing(this.#rooms.mutePublishedTrack(sessionId, identity, sid, true))),
    );
  }

  /** What livekit-server reports, where it is livekit-server that does; null where it is not. */
  async reported(body: string, authorization: string | undefined): Promise<WebhookEvent | null> {
    return this.#reports.receive(body, authorization).catch(() => null);
  }

  /** Says to the signalling proxy whose page it is. To livekit-server it grants nothing (docs/adr/0010). */
  identityToken(page: MediaPage): string {
    return this.#sign(page, identityTokenSeconds, {});
  }

  /** Lets one page connect to the session's room, with exactly the sources it may publish now. */
  connectionToken(page: MediaPage, rights: MediaRights): string {
    return this.#sign(page, connectionTokenSeconds, {
      roomJoin: true,
      ...grantOf(rights),
      canPublishSources: rights.publish,
      canUpdateOwnMetadata: false,
    });
  }

  /** Whose token it is, or null. livekit-server renews the tokens of living connections with the same secret. */
  bearerOf(token: string): MediaPage | null {
    const verified = verifyHs256(token, this.#secret, Date.now());
    if (!verified.ok) return null;
    const { iss, sub, video } = verified.claims as { iss?: unknown; sub?: unknown; video?: { room?: unknown } };
    if (iss !== this.#key || typeof sub !== "string" || typeof video?.room !== "string") return null;
    return { sessionId: video.room, identity: sub };
  }

  #sign({ sessionId, identity }: MediaPage, lifetimeSeconds: number, grant: object): string {
    const now = Math.floor(Date.now() / 1000);
    const video = { room: sessionId, ...grant };
    return signHs256({ iss: this.#key, sub: identity, nbf: now - 5, exp: now + lifetimeSeconds, video }, this.#secret);
  }
}

function grantOf({ publish, subscribe, hidden }: MediaRights) {
  return {
    // To livekit-server an empty list of sources means all of them.
    canPublish: publish.length > 0,
    canSubscribe: subscribe,
    canPublishData: false,
    hidden,
  };
}

async function unlessMissing<T>(request: Promise<T>): Promise<T | null> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof ServerError && error.code === "not_found") return null;
    throw error;
  }
}
