import { z } from "zod";
import { participantIdSchema, senderNonceSchema, sessionIdSchema } from "./ids.ts";
import { openingSchema } from "./opening.ts";
import { roomFeaturesSchema } from "./roomFeatures.ts";
import { rpcMethods } from "./rpc.ts";
import { serviceStatesSchema } from "./services.ts";
import { ephemeralChannels } from "./subjects.ts";

/** 1 to 100 characters after trimming, no control characters. */
export const personNameSchema = z
  .string()
  .trim()
  .min(1, "a name is required")
  .max(100, "a name has at most 100 characters")
  .regex(/^[^\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]*$/u, "a name must not contain control characters");

/**
 * `POST /api/join`, with `Authorization: Bearer <join token>`, or with the resume cookie of an earlier join.
 * `participantId` picks the resume cookie when the browser holds several (one per tab); it is not used with a token.
 * `name` replaces the token's only where the lobby answer says `mayRename`. `analytics`: whether this person is in the
 * meeting's statistics, where there are some (see the lobby answer); whoever does not say so is not. Said again on a later
 * join, it replaces what was said before, and a no deletes what was noted of the person.
 */
export const joinRequestSchema = z.strictObject({
  senderNonce: senderNonceSchema,
  participantId: participantIdSchema.optional(),
  name: personNameSchema.optional(),
  analytics: z.boolean().optional(),
});
export type JoinRequest = z.infer<typeof joinRequestSchema>;

/**
 * `POST /api/page-closed`, with the resume cookie of `participantId`: the page whose `senderNonce` this is was closed or is
 * being reloaded. Who does not come back soon has left; who loses the connection without saying so is waited for longer.
 * `left`: they leave for good, and could not say so over their connection.
 */
export const pageClosedRequestSchema = z.strictObject({
  participantId: participantIdSchema,
  senderNonce: senderNonceSchema,
  left: z.boolean(),
});
export type PageClosedRequest = z.infer<typeof pageClosedRequestSchema>;

/** 32 bytes in base64url without padding. */
const secretSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/**
 * How the room is protected, and with what.
 *
 * - `none`: the SFU can see and hear.
 * - `server`: `version` names the key schedule, and a client refuses one it does not know; `secret` is the session's root (32 bytes); `epochs` holds the epoch secrets (32 bytes each) this
 *   participant may have, in ascending order, the last one current. Held in memory, given to nobody who waits.
 * - `passphrase`: no key ever comes from the server, nor any parameter of its derivation: other fields are refused.
 *   `opening` is null until somebody opened the session, which this participant may do if `mayOpen`. `epoch` is the
 *   current one. `mayPutInLink`: whether the operator lets invitations carry the passphrase in the link's fragment.
 */
export const joinE2eeSchema = z.discriminatedUnion("model", [
  z.object({ model: z.literal("none") }),
  z.object({
    model: z.literal("server"),
    version: z.literal("v1"),
    secret: secretSchema.optional(),
    epochs: z.array(z.object({ epoch: z.int().min(0).max(0xffffffff), secret: secretSchema })).optional(),
  }),
  z.strictObject({
    model: z.literal("passphrase"),
    version: z.literal("v1"),
    epoch: z.int().min(0).max(0xffffffff),
    opening: openingSchema.nullable(),
    mayOpen: z.boolean(),
    mayPutInLink: z.boolean(),
  }),
]);
export type JoinE2ee = z.infer<typeof joinE2eeSchema>;

export const permissionsSchema = z.object({
  publish: z.array(z.enum(["camera", "microphone", "screen_share", "screen_share_audio"])),
  subscribe: z.boolean(),
  rpc: z.array(z.enum(rpcMethods)),
  ephemeral: z.array(z.enum(ephemeralChannels)),
});

/**
 * Answer of `POST /api/join`. Connects within two minutes or the seat is given up.
 *
 * While waiting, `media` is null, `e2ee` holds neither keys nor the opening, `room.welcomeMessage` is empty, and the
 * connection to NATS hears only what is addressed to this participant: see `WaitingNews`. `services` says nothing then. `waitingMessage`: the room's
 * text for people who wait; empty for everybody else, and where the room has none.
 */
export const joinAnswerSchema = z.object({
  sessionId: sessionIdSchema,
  participantId: participantIdSchema,
  name: z.string(),
  role: z.enum(["host", "participant"]),
  waiting: z.boolean(),
  waitingMessage: z.string(),
  /** `url`: `ws(s)://…/nats`. Connect with user `<sessionId>.<participantId>` and `secret` as password. */
  nats: z.object({ url: z.string(), secret: z.string(), inboxPrefix: z.string() }),
  /** `iceHosts`: STUN and TURN servers, as `host` or `host:port`, that the page may use when the SFU names them; no others. */
  media: z.object({ url: z.string(), token: z.string(), iceHosts: z.array(z.string()).default([]) }).nullable(),
  e2ee: joinE2eeSchema,
  room: z.object({ roomId: z.string(), title: z.string(), welcomeMessage: z.string(), logoutUrl: z.string() }),
  features: roomFeaturesSchema,
  /** `maxFileBytes`: of a file in the chat, as room and installation allow. */
  files: z.object({ maxFileBytes: z.int().min(1) }),
  permissions: permissionsSchema,
  /** For the first moment: whoever was not asked yet publishes nothing before they keep it from a running service. */
  services: serviceStatesSchema,
});
export type JoinAnswer = z.infer<typeof joinAnswerSchema>;

/**
 * `GET /api/lobby` with `Authorization: Bearer <join token>`, or with the resume cookie and `?participantId=`: what the
 * lobby shows. It does not use the token up, and answers `token_used` when somebody did.
 */
export const lobbyAnswerSchema = z.object({
  roomId: z.string(),
  title: z.string(),
  name: z.string(),
  role: z.enum(["host", "participant"]),
  e2eeModel: z.enum(["none", "server", "passphrase"]),
  /**
   * Of a room with a passphrase, else null: who opened the session (null: nobody yet), and whether this person may. To
   * others a session that is not open yet answers a join with `not_opened` and leaves their token usable.
   */
  passphrase: z.object({ openedBy: z.string().nullable(), mayOpen: z.boolean() }).nullable(),
  /** Which of camera and microphone the room lets this person publish, and whether the microphone starts muted. */
  publish: z.array(z.enum(["camera", "microphone", "screen_share", "screen_share_audio"])),
  muteOnStart: z.boolean(),
  /** Whether this participant may choose another name before joining (guests may). */
  mayRename: z.boolean(),
  /** Whether this person will wait until a host lets them in, and the room's text for people who wait. */
  waitingRoom: z.boolean(),
  waitingMessage: z.string(),
  /**
   * Of a meeting whose attendance statistics this person may be in, else null: whether they are to be, as they said
   * before; true for who was not asked yet.
   */
  analytics: z.object({ included: z.boolean() }).nullable(),
});
export type LobbyAnswer = z.infer<typeof lobbyAnswerSchema>;

/** `GET /api/installation`: what the landing page needs. */
export const installationSchema = z.object({ guestsMayOpenMeetings: z.boolean() });
export type Installation = z.infer<typeof installationSchema>;

/** `POST /api/meetings`: a guest opens a meeting. Only where the operator allows it. `keyModel`: `server` if not said. */
export const openMeetingRequestSchema = z.strictObject({
  title: z.string().trim().max(120).optional(),
  keyModel: z.enum(["server", "passphrase"]).optional(),
});
export type OpenMeetingRequest = z.input<typeof openMeetingRequestSchema>;

/** The opener's host token, and the room id of the link `/m/<roomId>` that anybody may be given. */
export const openMeetingAnswerSchema = z.object({ roomId: z.string(), token: z.string() });
export type OpenMeetingAnswer = z.infer<typeof openMeetingAnswerSchema>;

/** `POST /api/meetings/:roomId/tokens`: a join token for a meeting that a guest opened. The name is set in the lobby. */
export const guestTokenAnswerSchema = z.object({ token: z.string() });
export type GuestTokenAnswer = z.infer<typeof guestTokenAnswerSchema>;
