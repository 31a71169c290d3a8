import { describe, expect, it } from "vitest";
import { defaultLockSettings, defaultRoomFeatures, e2eeModelOf } from "../roomFeatures.ts";
import { mergeLockSettings, mergeRoomFeatures } from "./mergeFeatures.ts";
import { canonicalObject } from "./wireObject.ts";

/** As the management API does it: canonical keys, then the merge. */
const merge = (sent: object) => mergeRoomFeatures(canonicalObject(sent) as Record<string, unknown>);

describe("mergeRoomFeatures", () => {
  it("gives the defaults for nothing", () => {
    expect(merge({})).toEqual(defaultRoomFeatures);
    expect(merge({})).not.toBe(defaultRoomFeatures);
  });

  it.each(Object.entries(defaultRoomFeatures).filter(([, value]) => typeof value === "boolean"))(
    "honours an explicit false and true of %s",
    (key) => {
      for (const value of [false, true]) expect(merge({ [key]: value })).toMatchObject({ [key]: value });
    },
  );

  it("reads an absent boolean inside a sent sub-object as false, an absent sub-object as its default", () => {
    const features = merge({ recording_features: { is_allow: true, is_allow_local: true } });
    expect(features.recording_features).toMatchObject({ is_allow: true, is_allow_cloud: false, is_allow_local: true });
    expect(merge({ chat_features: {} }).chat_features.is_allow).toBe(false);
    expect(features.chat_features.is_allow).toBe(true);
  });

  it("accepts both spellings and the old names", () => {
    const snake = { chat_features: { is_allow: true, is_allow_file_upload: false }, allow_webcams: false };
    const camel = { chatFeatures: { isAllow: true }, allowWebcams: false };
    const old = { chat_features: { allow_chat: true, allow_file_upload: false }, allow_webcams: false };
    expect(merge(camel)).toEqual(merge(snake));
    expect(merge(old)).toEqual(merge(snake));
    expect(merge({ whiteboard_features: { allowed_whiteboard: true } }).whiteboard_features.is_allow).toBe(true);
    expect(
      merge({ shared_note_pad_features: { allowed_shared_note_pad: false } }).shared_note_pad_features.is_allow,
    ).toBe(false);
  });

  it("takes the canonical name where a field is sent under two", () => {
    expect(merge({ allowWebcams: true, allow_webcams: false }).allow_webcams).toBe(false);
    expect(merge({ allow_webcams: false, allowWebcams: true }).allow_webcams).toBe(false);
  });

  it("treats null as absent and 64-bit integers as strings too", () => {
    expect(merge({ allow_webcams: null, room_duration: "90" })).toMatchObject({
      allow_webcams: true,
      room_duration: 90,
    });
  });

  it("lets a room tell newcomers what was written before only when asked to, in either spelling, and with a chat", () => {
    const sharing = (sent: object) => merge(sent).chat_features.is_allow_history_sharing;
    expect([sharing({}), sharing({ chat_features: { is_allow: true } })]).toEqual([false, false]);
    expect(sharing({ chat_features: { is_allow: true, is_allow_history_sharing: true } })).toBe(true);
    expect(sharing({ chatFeatures: { isAllow: true, isAllowHistorySharing: true } })).toBe(true);
    expect(sharing({ chat_features: { is_allow: false, is_allow_history_sharing: true } })).toBe(false);
  });

  it("names the field of a wrong type", () => {
    expect(() => merge({ allow_webcams: "no" })).toThrow(/allow_webcams/);
    expect(() => merge({ chat_features: "on" })).toThrow(/chat_features/);
    expect(() => merge({ room_duration: -1 })).toThrow(/room_duration/);
  });

  it("switches off the parts of what is off", () => {
    const { recording_features, chat_features, external_broadcasting_features } = merge({
      recording_features: { is_allow: false, is_allow_cloud: true, enable_auto_cloud_recording: true },
      chat_features: { is_allow: false, is_allow_file_upload: true },
      external_broadcasting_features: { is_allow: false, is_allow_rtmp: true },
    });
    expect(recording_features).toMatchObject({ is_allow_cloud: false, enable_auto_cloud_recording: false });
    expect(chat_features.is_allow_file_upload).toBe(false);
    expect(external_broadcasting_features.is_allow_rtmp).toBe(false);
  });

  it("bounds breakout rooms", () => {
    const rooms = (allowed_number_rooms: number) =>
      merge({ breakout_room_features: { is_allow: true, allowed_number_rooms } }).breakout_room_features;
    expect([0, 3, 99].map((n) => rooms(n).allowed_number_rooms)).toEqual([6, 3, 16]);
  });

  it("lets the encryption flags only widen, and drops them where encryption is off", () => {
    const on = merge({ end_to_end_encryption_features: { is_enabled: true, included_chat_messages: false } });
    expect(on.end_to_end_encryption_features).toMatchObject({
      included_chat_messages: true,
      included_whiteboard: true,
    });
    expect(e2eeModelOf(on)).toBe("server");
    const off = merge({ end_to_end_encryption_features: { enabled_self_insert_encryption_key: true } });
    expect(off.end_to_end_encryption_features).toEqual(defaultRoomFeatures.end_to_end_encryption_features);
  });

  it("refuses whatever needs the plain text in a room with a user-provided key", () => {
    const features = merge({
      end_to_end_encryption_features: { is_enabled: true, enabled_self_insert_encryption_key: true },
      recording_features: { is_allow: true, is_allow_cloud: true, enable_auto_cloud_recording: true },
      external_broadcasting_features: { is_allow: true, is_allow_rtmp: true },
      insights_features: {
        is_allow: true,
        transcription_features: { is_allow: true },
        chat_translation_features: { is_allow: true },
        ai_features: { is_allow: true, ai_text_chat_features: { is_allow: true } },
      },
    });
    expect(e2eeModelOf(features)).toBe("passphrase");
    expect(features.recording_features).toMatchObject({ is_allow_cloud: false, enable_auto_cloud_recording: false });
    expect(features.external_broadcasting_features).toEqual({ is_allow: false, is_allow_rtmp: false });
    expect(JSON.stringify(features.insights_features)).not.toContain("true");
  });

  it("ignores what it does not know, also hostile keys", () => {
    const features = merge(
      JSON.parse('{"__proto__":{"allow_webcams":false},"encryption_key":"x","constructor":1}') as object,
    );
    expect(features).toEqual(defaultRoomFeatures);
  });
});

describe("mergeLockSettings", () => {
  it("changes only what is named", () => {
    expect(mergeLockSettings({})).toEqual(defaultLockSettings);
    expect(mergeLockSettings({ lock_whiteboard: false, lock_chat: true })).toEqual({
      ...defaultLockSettings,
      lock_whiteboard: false,
      lock_chat: true,
    });
    expect(() => mergeLockSettings({ lock_chat: "yes" })).toThrow(/lock_chat/);
  });
});
