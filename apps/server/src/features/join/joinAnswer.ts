import { e2eeModelOf, mediaIdentity, noServices, type JoinAnswer, type JoinE2ee, type Opening } from "@sotto/protocol";
import { roomName } from "../../clients/roomScope.ts";
import { maxFileBytes } from "../../config/derived.ts";
import type { Context } from "../../context.ts";
import { epochsOf, newestEpoch, type KeyRecord } from "../../sessions/KeyRecord.ts";
import { mayOpen } from "../../sessions/Openings.ts";
import type { ParticipantRecord, Seat } from "../../sessions/ParticipantRecord.ts";
import { permissionsIn } from "../../sessions/person.ts";
import type { RoomRecord } from "../../sessions/RoomRecord.ts";
import { serviceStatesOf } from "../../sessions/ServiceRun.ts";

/** The route knows the URLs. */
export type AnswerWithoutUrls = Omit<JoinAnswer, "nats" | "media"> & {
  nats: Omit<JoinAnswer["nats"], "url">;
  mediaToken: string | null;
};

/** Everything an answer is made of; of the session's keys and its opening, nothing for somebody who waits. */
export interface Handout {
  room: RoomRecord;
  record: ParticipantRecord;
  seat: Seat;
  secret: string;
  keys: KeyRecord | null;
  opening: Opening | null;
}

type Services = Pick<Context, "config" | "sfu">;

/** What `POST /api/join` answers. */
export function joinAnswer({ config, sfu }: Services, handout: Handout): AnswerWithoutUrls {
  const { room, record, seat, secret } = handout;
  const { sessionId, participantId, name, role, waiting } = record;
  const { features, title, welcomeMessage, logoutUrl } = room;
  const identity = mediaIdentity(participantId, seat.senderNonce);
  return {
    sessionId,
    participantId,
    name,
    role,
    waiting,
    waitingMessage: waiting ? features.waiting_room_features.waiting_room_msg : "",
    nats: { secret, inboxPrefix: seat.inboxPrefix },
    mediaToken: waiting ? null : sfu.identityToken({ sessionId, identity }),
    e2ee: e2eeOf(config, handout),
    room: { roomId: roomName(room.roomId), title, welcomeMessage: waiting ? "" : welcomeMessage, logoutUrl },
    features,
    files: { maxFileBytes: maxFileBytes(config, features) },
    permissions: permissionsIn(room, record),
    services: waiting ? noServices : serviceStatesOf(room.services),
  };
}

/** Where a session's keys leave the server, with rpc `epochs` and the event `to.<pid>.epoch`. */
function e2eeOf({ e2ee }: Context["config"], { room, record, keys, opening }: Handout): JoinE2ee {
  const model = e2eeModelOf(room.features);
  if (model === "none") return { model };
  const version = "v1";
  if (model === "passphrase") {
    const epoch = keys ? newestEpoch(keys).epoch : 0;
    return { model, version, epoch, opening, mayOpen: mayOpen(room, record), mayPutInLink: e2ee.passphraseInLink };
  }
  if (record.waiting) return { model, version };
  if (keys === null) throw new Error("an end-to-end encrypted session has no keys");
  const epochs = epochsOf(keys, record.membership).flatMap(({ epoch, secret }) => (secret ? { epoch, secret } : []));
  return { model, version, secret: keys.root, epochs };
}
