/**
 * What this tab remembers over a reload, in sessionStorage: another tab or a closed one knows nothing of it.
 *
 * - `invitation`: a join token that was not used yet. `roomId` is null until the server has told it.
 * - `seat`: the place in a running meeting, to come back to with the resume cookie.
 */
export interface TabMemory {
  invitation: Invitation | null;
  seat: Seat | null;
}

export interface Invitation {
  readonly token: string;
  readonly roomId: string | null;
  /** Whether the meeting has an open link `/m/<roomId>`, so that anybody there can get a new token. */
  readonly openLink: boolean;
}

export interface Seat {
  readonly participantId: string;
  readonly roomId: string;
  readonly openLink: boolean;
  readonly microphone: boolean;
  readonly camera: boolean;
  /** Whether the room has a passphrase, which is asked for again: it is never stored. */
  readonly passphrase: boolean;
  /** Whether a host had still to let the person in. */
  readonly waiting: boolean;
}

/** Reads and writes `storage`. What somebody else left there, or a full or forbidden storage, counts as nothing. */
export function createTabMemory(storage: Storage): TabMemory {
  const read = <T>(key: string, isValid: (value: unknown) => value is T): T | null => {
    try {
      const value: unknown = JSON.parse(storage.getItem(key) ?? "null");
      return isValid(value) ? value : null;
    } catch {
      return null;
    }
  };
  const write = (key: string, value: object | null) => {
    try {
      if (value === null) storage.removeItem(key);
      else storage.setItem(key, JSON.stringify(value));
    } catch {
      // Without storage a reload starts over; nothing else is lost.
    }
  };
  return {
    get invitation() {
      return read("sotto.invitation", isInvitation);
    },
    set invitation(value) {
      write("sotto.invitation", value);
    },
    get seat() {
      return read("sotto.seat", isSeat);
    },
    set seat(value) {
      write("sotto.seat", value);
    },
  };
}

const isInvitation = (value: unknown): value is Invitation => hasText(value, "token") && hasFlags(value, "openLink");

const isSeat = (value: unknown): value is Seat =>
  hasText(value, "participantId", "roomId") &&
  hasFlags(value, "openLink", "microphone", "camera", "passphrase", "waiting");

const hasText = (value: unknown, ...keys: string[]) => hasAll(value, "string", keys);
const hasFlags = (value: unknown, ...keys: string[]) => hasAll(value, "boolean", keys);

function hasAll(value: unknown, type: "string" | "boolean", keys: readonly string[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  return keys.every((key) => typeof (value as Record<string, unknown>)[key] === type);
}
