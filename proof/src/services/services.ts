import type { ManagementApi } from "@sotto/dev-env";
import { newRoomId } from "../rooms.ts";
import type { Seat } from "../walls/Seat.ts";

export const services = ["recording", "transcription", "broadcasting", "ai"] as const;

/** Everything that a server could do with what it can see, asked for in every field there is. */
const everything = {
  recording_features: { is_allow: true, is_allow_cloud: true, enable_auto_cloud_recording: true },
  external_broadcasting_features: { is_allow: true, is_allow_rtmp: true },
  insights_features: {
    is_allow: true,
    transcription_features: { is_allow: true, is_allow_translation: true, is_allow_speech_synthesis: true },
    chat_translation_features: { is_allow: true },
    ai_features: {
      is_allow: true,
      ai_text_chat_features: { is_allow: true },
      meeting_summarization_features: { is_allow: true },
    },
  },
};

/** The flags of a room's features that let somebody but its people see, hear or read. */
const watchedFlags = [
  "is_allow_cloud",
  "enable_auto_cloud_recording",
  "is_allow_rtmp",
  "external_broadcasting_features.is_allow",
  "insights_features.is_allow",
  "transcription_features.is_allow",
  "ai_features.is_allow",
];

/** Makes a room that wants everything, or asks again for one that there is; gives the flags that are on in the answer. */
export async function demandEverything(
  management: ManagementApi,
  { roomId = newRoomId(), passphrase }: { roomId?: string; passphrase: boolean },
): Promise<{ roomId: string; granted: string[] }> {
  const end_to_end_encryption_features = { is_enabled: true, enabled_self_insert_encryption_key: passphrase };
  const room_features = { ...everything, end_to_end_encryption_features };
  const metadata = { room_title: "A proof", room_features };
  const answer = await management.demand("/room/create", { room_id: roomId, metadata });
  const info = answer["room_info"] as { metadata: string };
  const features = (JSON.parse(info.metadata) as { room_features: object }).room_features;
  return {
    roomId,
    granted: flagsOf(features).filter((flag) => watchedFlags.some((watched) => flag.endsWith(watched))),
  };
}

/** The paths of everything that is `true`. */
function flagsOf(value: object, path = ""): string[] {
  return Object.entries(value).flatMap(([key, entry]: [string, unknown]) => {
    if (entry === true) return [`${path}${key}`];
    return typeof entry === "object" && entry !== null ? flagsOf(entry, `${path}${key}.`) : [];
  });
}

/** Asks for every service as a host whose client is not ours; gives `ok` or the error's code for each. */
export async function startAll(host: Seat): Promise<Record<string, string>> {
  await using raw = await host.connect();
  raw.subscribe(`${host.inbox}.>`);
  const outcomes: Record<string, string> = {};
  for (const service of services) {
    const outcome = await host.call(raw, "service", JSON.stringify({ service, action: "start" }));
    outcomes[service] = outcome.ok ? "ok" : outcome.code;
  }
  return outcomes;
}

/** How it stands with what joins a meeting, as everybody is told: `off off`, say. */
export async function statesOf(member: Seat): Promise<string> {
  await using raw = await member.connect();
  raw.subscribe(`${member.inbox}.>`);
  const snapshot = await member.call(raw, "snapshot");
  if (!snapshot.ok) throw new Error(`no snapshot: ${snapshot.code}`);
  const { room } = snapshot.result as { room: Record<"recording" | "transcription", { state: string }> };
  return `${room.recording.state} ${room.transcription.state}`;
}
