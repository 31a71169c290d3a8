export {
  chatBodySchema,
  maxChatBodyBytes,
  maxHistoryParts,
  mentionedIn,
  splitMentions,
  typingBodySchema,
  type ChatBody,
  type RetoldMessage,
  type TextPiece,
  type TypingBody,
} from "./chat.ts";
export {
  activateEpochEventSchema,
  epochSchema,
  epochsResultSchema,
  epochStagedRequestSchema,
  type EpochsResult,
  type SessionEpoch,
} from "./epochs.ts";
export { errorBodySchema, errorCodes, type ErrorBody, type ErrorCode } from "./errors.ts";
export {
  chatFileSchema,
  fileDownloadRequestSchema,
  fileDownloadResultSchema,
  fileIdSchema,
  filePath,
  fileUploadRequestSchema,
  fileUploadResultSchema,
  maxBlobBytes,
  megabyteBytes,
  type ChatFile,
} from "./files.ts";
export {
  mediaIdentity,
  participantIdBytes,
  participantIdSchema,
  roomIdSchema,
  senderNonceSchema,
  sessionIdSchema,
} from "./ids.ts";
export {
  guestTokenAnswerSchema,
  installationSchema,
  joinAnswerSchema,
  joinE2eeSchema,
  joinRequestSchema,
  lobbyAnswerSchema,
  openMeetingAnswerSchema,
  openMeetingRequestSchema,
  permissionsSchema,
  personNameSchema,
  type GuestTokenAnswer,
  type Installation,
  type JoinAnswer,
  type JoinE2ee,
  type JoinRequest,
  type LobbyAnswer,
  type OpenMeetingAnswer,
  type OpenMeetingRequest,
} from "./join.ts";
export {
  openingSchema,
  openSessionAnswerSchema,
  openSessionRequestSchema,
  restartRequestSchema,
  type Opening,
  type OpenSessionAnswer,
  type OpenSessionRequest,
  type RestartRequest,
} from "./opening.ts";
export { permissionsOf, type MediaSource, type PermissionInput, type Permissions, type Role } from "./permissions.ts";
export { reactionBodySchema, reactions, type Reaction, type ReactionBody } from "./reactions.ts";
export { mergeLockSettings, mergeRoomFeatures } from "./management/mergeFeatures.ts";
export {
  createRoomRequestSchema,
  joinTokenRequestSchema,
  roomIdRequestSchema,
  userMetadataSchema,
  type ActiveParticipantInfo,
  type ActiveRoom,
  type ActiveRoomInfo,
  type CreateRoomRequest,
  type JoinTokenRequest,
  type UserMetadata,
} from "./management/rooms.ts";
export { statusCodes, type ManagementStatus, type StatusCode } from "./management/status.ts";
export { canonicalObject, type ExtraData } from "./management/wireObject.ts";
export {
  defaultLockSettings,
  defaultRoomFeatures,
  e2eeModelOf,
  lockSettingsSchema,
  roomFeaturesSchema,
  type E2eeModel,
  type LockSettings,
  type RoomFeatures,
} from "./roomFeatures.ts";
export {
  dismissedEventSchema,
  endedEventSchema,
  endReasons,
  participantEventSchema,
  rosterEntrySchema,
  rosterSnapshotSchema,
  type DismissedEvent,
  type EndReason,
  type ParticipantEvent,
  type RosterEntry,
  type RosterSnapshot,
} from "./roster.ts";
export {
  clientMessageIdBytes,
  emptyResultSchema,
  maxRpcBodyBytes,
  publishResultSchema,
  resumeRequestSchema,
  resumeResultSchema,
  rpcAnswerSchema,
  rpcMethods,
  type PublishResult,
  type ResumeRequest,
  type ResumeResult,
  type RpcAnswer,
  type RpcMethod,
} from "./rpc.ts";
export {
  ephemeralChannels,
  streamName,
  subjects,
  type DirectKind,
  type EphemeralChannel,
  type StateKind,
  type StreamChannel,
  type StreamKind,
} from "./subjects.ts";
