/**
 * Bodies as the SDKs send them: 2.x writes protobuf's JSON (camelCase, what is false, zero or empty left out, 64-bit integers as
 * strings, enums by name), 1.4.1 what it is given (snake_case, old names, `extra_data` as a text). `ROOM` and `ARTIFACT` are
 * put in by the test.
 */
interface Recorded {
  path: string;
  /** SDK 2.x */
  newer: object;
  /** SDK 1.4.1, where it has the method. */
  older?: object;
}

const newerFeatures = {
  allowWebcams: true,
  allowScreenShare: true,
  allowViewOtherWebcams: true,
  allowViewOtherUsersList: true,
  roomDuration: "90",
  allowVirtualBg: true,
  recordingFeatures: { isAllow: true, isAllowLocal: true },
  chatFeatures: { isAllow: true, allowedFileTypes: ["pdf"], maxFileSize: "5" },
  whiteboardFeatures: { isAllow: true },
  waitingRoomFeatures: {},
  breakoutRoomFeatures: { isAllow: true, allowedNumberRooms: 3 },
  endToEndEncryptionFeatures: { isEnabled: true, includedChatMessages: true },
  insightsFeatures: { isAllow: true, transcriptionFeatures: { isAllow: true } },
};

const olderFeatures = {
  allow_webcams: true,
  mute_on_start: false,
  allow_screen_share: true,
  allow_view_other_webcams: true,
  allow_view_other_users_list: true,
  room_duration: 90,
  allow_virtual_bg: true,
  recording_features: {
    is_allow: true,
    is_allow_cloud: false,
    is_allow_local: true,
    enable_auto_cloud_recording: false,
  },
  chat_features: { allow_chat: true, allow_file_upload: false, allowed_file_types: ["pdf"], max_file_size: 5 },
  whiteboard_features: { allowed_whiteboard: true },
  waiting_room_features: { is_active: false },
  breakout_room_features: { is_allow: true, allowed_number_rooms: 3 },
  end_to_end_encryption_features: { is_enabled: true, included_chat_messages: true },
  insights_features: { is_allow: true, transcription_features: { is_allow: true } },
};

export const recordedRequests: Recorded[] = [
  {
    path: "/room/create",
    newer: {
      roomId: "ROOM",
      emptyTimeout: 600,
      maxParticipants: 20,
      metadata: {
        roomTitle: "Biology",
        welcomeMessage: "Hello",
        webhookUrl: "https://example.org/hook",
        startedAt: "0",
        roomFeatures: newerFeatures,
        defaultLockSettings: { lockMicrophone: true, lockWhiteboard: false },
        copyrightConf: { display: true, text: "A school" },
        extraData: { courseId: "7" },
      },
    },
    older: {
      room_id: "ROOM",
      empty_timeout: 600,
      max_participants: 20,
      metadata: {
        room_title: "Biology",
        welcome_message: "Hello",
        webhook_url: "https://example.org/hook",
        room_features: olderFeatures,
        default_lock_settings: { lock_microphone: true, lock_whiteboard: false },
        copyright_conf: { display: true, text: "A school" },
        extra_data: `{"courseId":"7"}`,
      },
    },
  },
  {
    path: "/room/getJoinToken",
    newer: {
      roomId: "ROOM",
      userInfo: {
        name: "Ada",
        userId: "u1",
        isAdmin: true,
        userMetadata: {
          preferredLang: "de",
          exUserId: "x1",
          lockSettings: { lockChat: true },
          extraData: { seat: "4" },
        },
        clientType: "WEB",
      },
    },
    older: {
      room_id: "ROOM",
      user_info: {
        name: "Ada",
        user_id: "u1",
        is_admin: true,
        is_hidden: false,
        user_metadata: {
          preferred_lang: "de",
          ex_user_id: "x1",
          lock_settings: { lock_chat: true },
          extra_data: `{"seat":"4"}`,
        },
      },
    },
  },
  { path: "/room/isRoomActive", newer: { roomId: "ROOM" }, older: { room_id: "ROOM" } },
  { path: "/room/getActiveRoomInfo", newer: { roomId: "ROOM" }, older: { room_id: "ROOM" } },
  { path: "/room/getActiveRoomsInfo", newer: {}, older: {} },
  {
    path: "/room/broadcastToRoom",
    newer: {
      roomId: "ROOM",
      onlyToAdmins: true,
      toUserId: "u1",
      notificationMsg: { text: "Ten minutes left", type: "NATS_SYSTEM_NOTIFICATION_WARNING", withSound: true },
    },
  },
  { path: "/room/endRoom", newer: { roomId: "ROOM" }, older: { room_id: "ROOM" } },
  {
    path: "/room/fetchPastRooms",
    newer: { roomIds: ["ROOM"], limit: 5, orderBy: "DESC" },
    older: { room_ids: ["ROOM"], from: 0, limit: 5, order_by: "DESC" },
  },
  { path: "/getClientFiles", newer: {}, older: {} },
  { path: "/artifact/fetch", newer: { roomIds: ["ROOM"], limit: "5" } },
  { path: "/artifact/info", newer: { artifactId: "ARTIFACT" } },
  { path: "/artifact/getDownloadToken", newer: { artifactId: "ARTIFACT" } },
  { path: "/artifact/delete", newer: { artifactId: "ARTIFACT" } },
];
