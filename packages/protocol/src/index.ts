export { chatBodySchema, maxChatBodyBytes, typingBodySchema, type ChatBody, type TypingBody } from "./chat.ts";
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
export { handRequestSchema, type HandRequest } from "./hands.ts";
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
  pageClosedRequestSchema,
  personNameSchema,
  type GuestTokenAnswer,
  type Installation,
  type JoinAnswer,
  type JoinE2ee,
  type JoinRequest,
  type LobbyAnswer,
  type OpenMeetingAnswer,
  type OpenMeetingRequest,
  type PageClosedRequest,
} from "./join.ts";
export {
  askedEventSchema,
  lockNames,
  lockNameSchema,
  moderateRequestSchema,
  roomStateSchema,
  standingSchema,
  stoppableSources,
  type AskedEvent,
  type LockName,
  type ModerateRequest,
  type RoomState,
  type Standing,
  type StoppableSource,
} from "./moderation.ts";
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
export {
  receiptAbsences,
  receiptLimits,
  receiptParts,
  receiptRemainders,
  receiptSchema,
  signedReceiptSchema,
  type Receipt,
  type ReceiptAbsence,
  type ReceiptLimit,
  type ReceiptPart,
  type ReceiptRemainder,
  type SignedReceipt,
} from "./receipt.ts";
export {
  endMeetingResultSchema,
  receiptAnswerSchema,
  receiptEventSchema,
  receiptKeySchema,
  type ReceiptAnswer,
  type ReceiptEvent,
  type ReceiptKeyAnswer,
} from "./receiptAnswer.ts";
export {
  artifactIdRequestSchema,
  artifactType,
  fetchArtifactsRequestSchema,
  fetchPastRoomsRequestSchema,
  receiptMimeType,
  type ArtifactInfo,
  type FetchArtifactsRequest,
  type FetchArtifactsResult,
  type FetchPastRoomsRequest,
  type FetchPastRoomsResult,
  type PastRoomInfo,
} from "./management/artifacts.ts";
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
  snapshotSchema,
  type DismissedEvent,
  type EndReason,
  type ParticipantEvent,
  type RosterEntry,
  type Snapshot,
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
  type HostKind,
  type EphemeralChannel,
  type StateKind,
  type StreamChannel,
  type StreamKind,
} from "./subjects.ts";
export {
  admissionRequestSchema,
  maxWaitingMessageLength,
  waitingEventSchema,
  waitingNewsSchema,
  type AdmissionRequest,
  type WaitingEntry,
  type WaitingEvent,
  type WaitingNews,
} from "./waiting.ts";
