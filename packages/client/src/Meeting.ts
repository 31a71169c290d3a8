import type { ChatMessage } from "./chat/ChatMessage.ts";
import type { ConnectionState } from "./connection/ConnectionState.ts";
import type { JoinOptions } from "./JoinOptions.ts";
import type { LocalMediaState } from "./media/LocalMediaState.ts";
import type { MeetingTrack } from "./media/MeetingTrack.ts";
import type { MeetingInfo } from "./MeetingInfo.ts";
import type { Participant } from "./participants/Participant.ts";
import type { ReadonlyStore } from "./store/Store.ts";

export declare class LocalMedia {
  readonly state: ReadonlyStore<LocalMediaState>;
  setMicrophone(on: boolean): Promise<void>;
  setCamera(on: boolean): Promise<void>;
  setScreenShare(on: boolean): Promise<void>;
  switchDevice(kind: MediaDeviceKind, deviceId: string): Promise<void>;
}

export declare class ChatStore {
  readonly messages: ReadonlyStore<readonly ChatMessage[]>;
  /** How many messages could not be read (not encrypted, forged, replayed, or for a key we do not have). */
  readonly undecryptable: ReadonlyStore<number>;
  send(text: string): Promise<void>;
  retry(id: string): Promise<void>;
}

export declare class Meeting {
  static join(options: JoinOptions): Promise<Meeting>;
  readonly info: MeetingInfo;
  readonly connection: ReadonlyStore<ConnectionState>;
  readonly participants: ReadonlyStore<readonly Participant[]>;
  readonly tracks: ReadonlyStore<readonly MeetingTrack[]>;
  readonly speakers: ReadonlyStore<ReadonlySet<string>>;
  readonly localMedia: LocalMedia;
  readonly chat: ChatStore;
  /** True while the browser refuses to play sound without a click; call {@link unblockAudio} in one. */
  readonly audioBlocked: ReadonlyStore<boolean>;
  unblockAudio(): Promise<void>;
  leave(): Promise<void>;
  endForAll(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
