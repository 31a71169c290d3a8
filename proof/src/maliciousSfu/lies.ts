import { Encryption_Type, TrackInfo, TrackSource, TrackType } from "@livekit/protocol";
import { lieAboutOthers, type Lies } from "@sotto/dev-env";

/**
 * Gives cameras of others the id of the page's own camera, over two peer connections: where a cryptor knows its tracks by
 * their ids, these are one.
 */
export function collideTrackIds(): Lies {
  let ownCamera = "";
  return {
    deniesV1: true,
    toSfu({ message }) {
      if (message.case === "addTrack" && message.value.source === TrackSource.CAMERA) ownCamera = message.value.cid;
    },
    toPage({ message }) {
      if (message.case !== "offer" || ownCamera === "") return;
      // The stream's id goes on naming the track, so that LiveKit's client still finds its publication.
      message.value.sdp = message.value.sdp.replaceAll(/msid:(PA_\w+)\|\S+ (TR_VC\w+)/g, `msid:$1|$2 ${ownCamera}`);
    },
  };
}

/** Takes back everything that others published. */
export function unpublishOthers(): Lies {
  const lies = lieAboutOthers((others) => {
    for (const other of others) other.tracks = [];
  });
  return { ...lies, deniesV1: true };
}

/**
 * Calls everything encrypted, and has everybody publish one thing more that is not: LiveKit's worker takes the last
 * publication's word for the whole person.
 */
export function callEncrypted(): Lies {
  const lies = lieAboutOthers((others) => {
    for (const { sid, tracks } of others) {
      for (const track of tracks) track.encryption = Encryption_Type.GCM;
      tracks.push(
        new TrackInfo({
          sid: `TR_${sid}${tracks.length}`, // a new one after every real one
          type: TrackType.AUDIO,
          source: TrackSource.UNKNOWN,
          mimeType: "audio/opus",
          encryption: Encryption_Type.NONE,
        }),
      );
    }
  });
  return { ...lies, deniesV1: true };
}
