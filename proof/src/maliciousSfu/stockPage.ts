import type { JoinAnswer } from "@sotto/protocol";
import type { Browser, Page } from "playwright-core";
import { libraryPath, openBarePage, workerPath, type Tampering } from "../media/pages.ts";

/** Somebody with LiveKit's own encryption. */
export interface StockMember {
  media: NonNullable<JoinAnswer["media"]>;
  /** Everybody who is subscribed, as far as they say they encrypt. */
  roster: readonly string[];
}

/** The media identity that a member's token is for. */
export function identityOf({ token }: StockMember["media"]): string {
  return (JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { sub: string }).sub;
}

/**
 * A page with livekit-client and its own E2EE worker, used as carefully as it can be: a key per sender (each derived from
 * the sender's identity, which will do here), slot 0 empty, encryption on before connecting, nothing subscribed but what
 * says that it is encrypted and is from the roster. Sends camera and microphone.
 */
export async function openStockMember(
  browser: Browser,
  origin: string,
  { media, roster }: StockMember,
  tampering: Tampering = {},
): Promise<Page> {
  const page = await openBarePage(browser, origin, { graceMs: 1_000, ...tampering });
  await page.evaluate(
    async ({ url, token, self, others, script, workerScript }) => {
      const { BaseKeyProvider, KeyProviderEvent, Room, RoomEvent } = (await import(
        script
      )) as typeof import("livekit-client");
      class SenderKeys extends BaseKeyProvider {
        constructor() {
          super({
            sharedKey: false,
            ratchetSalt: "sotto/v1/livekit",
            ratchetWindowSize: 0,
            failureTolerance: -1,
            keyringSize: 256,
            keySize: 256,
          });
        }

        override getKeys(): [] {
          return [];
        }

        async give(participantIdentity: string, isOwn: boolean): Promise<void> {
          const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(participantIdentity));
          const key = await crypto.subtle.importKey("raw", bytes, "HKDF", false, ["deriveBits", "deriveKey"]);
          this.emit(KeyProviderEvent.SetKey, { key, participantIdentity, keyIndex: 1 }, isOwn);
        }
      }
      const keyProvider = new SenderKeys();
      const worker = new Worker(workerScript, { type: "module" });
      const room = new Room({
        encryption: { keyProvider, worker },
        publishDefaults: { videoCodec: "vp8", backupCodec: false },
      });
      for (const identity of [self, ...others]) await keyProvider.give(identity, identity === self);
      const subscribe = () => {
        for (const { identity, trackPublications } of room.remoteParticipants.values()) {
          for (const publication of trackPublications.values()) {
            if (publication.isEncrypted && others.includes(identity)) publication.setSubscribed(true);
          }
        }
      };
      room
        .on(RoomEvent.TrackPublished, subscribe)
        .on(RoomEvent.Connected, subscribe)
        .on(RoomEvent.TrackSubscribed, (track) => {
          const element = track.attach();
          element.volume = 0;
          document.body.append(element);
        });
      await room.setE2EEEnabled(true);
      await room.connect(url, token, { autoSubscribe: false });
      await room.localParticipant.enableCameraAndMicrophone();
    },
    { ...media, self: identityOf(media), others: [...roster], script: libraryPath, workerScript: workerPath },
  );
  return page;
}
