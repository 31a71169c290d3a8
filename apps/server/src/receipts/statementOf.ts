import type {
  E2eeModel,
  EndReason,
  Receipt,
  ReceiptAbsence,
  ReceiptLimit,
  ReceiptPart,
  ReceiptRemainder,
} from "@sotto/protocol";

const reasons: Record<EndReason, string> = {
  ended_by_host: "a host ended it for everybody",
  ended_by_api: "it was ended through the management API",
  empty: "nobody was in it any more",
  duration_over: "the time that was planned for it was over",
  server_shutdown: "the server was stopped",
  restarted: "a host started the meeting again, with another passphrase; what followed is another session",
};

const protections: Record<E2eeModel, string> = {
  none: "not end-to-end encrypted: while it lasted the server could read what is counted below.",
  server:
    "end-to-end encrypted with a key that the server made and held in memory while the meeting lasted; messages and files are counted as the ciphertext they were.",
  passphrase:
    "end-to-end encrypted with a passphrase that the server never had; messages and files are counted as the ciphertext they were.",
};

const partNames: Record<ReceiptPart, string> = {
  people: "the list of people",
  messages: "messages to everybody",
  private_messages: "private messages",
  files: "files",
  file_list: "the list of files",
  keys: "keys and their epochs",
  opening: "how a passphrase is recognized (opener's name, salt, check value)",
  activity: "what was noted for statistics",
  media_room: "the room of the media server",
  connections: "people's connections",
};

const storeNames: Record<Receipt["parts"][number]["store"], string> = {
  "nats-server": "nats-server",
  "livekit-server": "livekit-server",
  files: "the folder of files",
};

const results: Record<Receipt["parts"][number]["result"], string> = {
  gone: "gone",
  left: "STILL THERE",
  unknown: "COULD NOT BE LOOKED AT",
};

const absences: Record<ReceiptAbsence, string> = {
  server_key: "a key: the server made none and was given none",
  passphrase: "the passphrase, or anything that opens what it protected",
  stored_media: "picture and sound: they were passed on, never stored",
  recording: "a recording",
  transcript: "a transcript, translation or summary",
  analytics: "statistics about who did what",
};

const remainders: Record<ReceiptRemainder, string> = {
  room_record:
    "the room's own record (title, settings, hashes of whom a host banned) in memory, removed right after this receipt was written; where a meeting was started again, with the session that followed",
  used_markers: "in memory, hashes of join tokens that were used, until these would have expired (12 minutes)",
  key_markers: "in memory, for 30 seconds, that an entry under the room's id existed",
  past_session:
    "in the database, one row: room id, title, webhook address, times, reason, number of people, result of this check",
  webhooks:
    "in the database, sealed, what the integrator is told of this meeting (who came and went, names, times), each until it was taken or was given up for good",
  receipt: "in the database, this receipt, until the operator's time for it is over or it is deleted",
  analytics:
    "in the database, the meeting's statistics, for which the meeting was set up: who was there, when, and how much they did, of everybody who did not decline; until the operator's time for it is over or it is deleted",
  recording:
    "the recording, or as much of one as was made: a host started it, or the room was made so, and everybody was asked; until it is deleted through the API",
  transcript:
    "the transcript, or as much of one as was made: a host started it, and everybody was asked; until it is deleted through the API",
  logs: "in the server's log, the session's id, the times and the reason; no name, no message, no key",
};

const limits: Record<ReceiptLimit, string> = {
  browsers: "what people's own browsers and devices keep, such as histories and files they saved",
  people: "what people wrote down, photographed or recorded",
  swap: "memory that the operating system swapped out or wrote into a core dump",
  disk: "what snapshots and backups of the disk hold, and the blocks of deleted files until they are written over",
  network: "what somebody on the way recorded, encrypted as it was",
  operator: "whether the program that signed this is the published one: it is the statement of who runs the server",
};

/** The whole of a receipt in sentences for people. */
export function statementOf(receipt: Omit<Receipt, "statement">): string[] {
  const { meeting, counted, losses, result, attempts, signedWith } = receipt;
  return [
    `Data receipt of session ${meeting.sessionId} in room ${meeting.roomId}.`,
    `Opened ${spoken(meeting.openedAt)}, began ${spoken(meeting.beganAt)}, ended ${spoken(meeting.endedAt)}: ${reasons[meeting.endReason]}.`,
    `Protection: ${protections[meeting.keyModel]}`,
    ...losses.map(
      (at) =>
        `The memory that held it was lost and made anew at ${spoken(at)}; what was there before is gone and in no figure below.`,
    ),
    "",
    `What the server held at the end, counted ${spoken(counted.at)}, before anything of it was deleted:`,
    `- people who had been in it: ${figure(counted.people, String)}`,
    `- messages to everybody: ${figure(counted.messages, amount)}`,
    `- private messages: ${figure(counted.privateMessages, amount)}`,
    `- files: ${figure(counted.files, (files) => `${amount(files)}; uploads that were broken off and deleted: ${files.unfinished}`)}`,
    `- keys: ${figure(counted.keys, ({ serverKey, epochsBegun }) => (serverKey ? `one that the server made, in ${epochsBegun} epochs` : epochsBegun > 0 ? `none; the numbers of ${epochsBegun} epochs` : "none"))}`,
    "",
    "Where each part was, and what the server found there after deleting it:",
    ...receipt.parts.map(
      ({ part, store, medium, copies, result: found, checkedAt }) =>
        `- ${partNames[part]} (${medium === "memory" ? `memory of ${storeNames[store]}` : `disk, ${storeNames[store]}`}${copies > 1 ? `, ${copies} copies` : ""}): ${results[found]}, ${spoken(checkedAt)}`,
    ),
    result === "gone"
      ? `Result: nothing of it is left in these places (attempt ${attempts}).`
      : `Result: NOT everything is gone (after ${attempts} attempts). The server goes on trying; a later receipt replaces this one.`,
    "",
    "What the server never held of it:",
    ...receipt.neverHeld.map((each) => `- ${absences[each]}`),
    "",
    "What stays, on purpose:",
    ...receipt.stays.map((each) => `- ${remainders[each]}`),
    "",
    "What this receipt cannot know:",
    ...receipt.cannotKnow.map((each) => `- ${limits[each]}`),
    "",
    `Signed with the installation's key ${signedWith}. How to check the signature: docs/receipts.md of Sotto.`,
  ];
}

/** `2026-11-24 20:05:00.123 UTC` */
function spoken(iso: string): string {
  return iso.replace("T", " ").replace("Z", " UTC");
}

function amount({ count, bytes }: { count: number; bytes: number }): string {
  return `${count} (${bytes} bytes)`;
}

function figure<T>(value: T | null, say: (value: T) => string): string {
  return value === null ? "could not be counted" : say(value);
}
