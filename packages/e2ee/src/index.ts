export { E2eeError, type E2eeErrorCode } from "./E2eeError.ts";
export { decryptFile, encryptFile, fileBlobBytes, filePrefixBytes, type FileCipher } from "./files/fileCipher.ts";
export { fileKey, fileSecretBytes } from "./files/fileKey.ts";
export { HistoryKeeper } from "./history/HistoryKeeper.ts";
export { historyKey, historyTag } from "./history/historyKeys.ts";
export { openHistoryRecord, sealHistoryRecord, type HistoryPlace } from "./history/historyRecord.ts";
export {
  createHistoryRoot,
  createPinnedHistoryRoot,
  newPinQuestion,
  openPinnedHistoryRoot,
  type HistoryRoot,
  type PinQuestion,
  type StoredHistoryRoot,
} from "./history/historyRoot.ts";
export { decodeBase64Url, encodeBase64Url } from "./keys/base64url.ts";
export type { Bytes } from "./keys/encoding.ts";
export { isEqual } from "./keys/isEqual.ts";
export { mediaKeySlot, type KeyModel } from "./keys/keySchedule.ts";
export { normalisePassphrase, openerSaltBytes, passphraseCheck, passphraseRoot } from "./keys/passphrase.ts";
export { passphraseRootInWorker } from "./keys/passphraseRootInWorker.ts";
export { formatIdentity, parseIdentity, type Sender } from "./keys/Sender.ts";
export {
  SessionKeys,
  type Epoch,
  type IncomingMessage,
  type OpenedMessage,
  type OutgoingMessage,
} from "./keys/SessionKeys.ts";
export type { Channel } from "./messages/channels.ts";
export { messageEpoch } from "./messages/MessageHeader.ts";
export type { DropReason } from "./media/DropReason.ts";
export {
  MediaEncryptionManager,
  type MediaEncryptionEvent,
  type PublicationClaims,
  type ReceivedTrackState,
  type TrackStats,
} from "./media/MediaEncryptionManager.ts";
export type { MediaKeySource } from "./media/MediaKeyFeed.ts";
export type { MediaSource } from "./media/MediaSource.ts";
export type { DecryptionState } from "./media/workerMessages.ts";
