import { readdirSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { SottoApi, SottoError } from "@sotto/client";
import type { Receipt } from "@sotto/protocol";
import { checkReceipt, knownFingerprint } from "../../../tools/checkReceipt.mjs";
import type { Granted } from "../Installation.ts";
import type { Ledger } from "../Ledger.ts";
import type { RunningMeeting } from "../meetings/meetings.ts";
import { fetchReceipt, nodesOf } from "./fetchReceipt.ts";
import { tamperings } from "./tamperings.ts";

/** What the proof itself saw before the end, and did. */
export interface Expected {
  people: number;
  messages: number;
  privateMessages: number;
  files: { count: number; bytes: number };
  /** Whether the host heard of the end, and of how to read the receipt. */
  hostWasThere: boolean;
}

/** The files of a session as they lie on the disk. */
export function filesOnDisk(folders: readonly string[], sessionId: string): Expected["files"] {
  const sizes = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => path.split(sep).includes(sessionId))
      .map((path) => statSync(join(folder, path)))
      .filter((found) => found.isFile())
      .map(({ size }) => size),
  );
  return { count: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/**
 * The receipt says that nothing is left, and of what there was, what the proof did and saw; it names nobody; its signature
 * is checked without the product's code, against the key that the installation publishes. Who was host at the end reads
 * the same, and nobody else does.
 */
export async function tryReceipt(
  how: string,
  { origin, access, ledger }: { origin: string; access: Granted<"integrator">; ledger: Ledger },
  meeting: RunningMeeting,
  expected: Expected,
): Promise<void> {
  const { sessionId } = meeting;
  await ledger.part(`${how}: receipt`, [], access, async () => {
    const document = await fetchReceipt(origin, access, sessionId);
    const published = await (await fetch(`${origin}/api/receipt-key`)).text();
    const checked = checkReceipt(document);
    if (checked.problem !== null) return { holds: false, evidence: checked.problem };
    const receipt = checked.receipt as Receipt;
    const { people, messages, privateMessages, files } = receipt.counted;
    const says = `${people} people, ${messages?.count} messages, ${privateMessages?.count} private, ${files?.count} files of ${files?.bytes} bytes; ${receipt.result}`;
    const isGenuine = checked.fingerprint === knownFingerprint(published);
    const wrong = [
      ...(isGenuine ? [] : ["the key"]),
      ...contradictions(receipt, document, meeting, expected),
      ...(await strangeReaders(nodesOf(origin, access), document, meeting, expected)),
    ];
    const evidence = wrong.length === 0 ? `genuine: ${says}` : `wrong: ${wrong.join(", ")} (${says})`;
    return { holds: wrong.length === 0, evidence };
  });
  await ledger.part(`control: ${how}: a changed receipt is refused`, [], access, async () => {
    const changed = tamperings(await fetchReceipt(origin, access, sessionId));
    const accepted = changed.filter((document) => checkReceipt(document).problem === null).length;
    return { holds: accepted === 0, evidence: `${changed.length} values changed one at a time, ${accepted} accepted` };
  });
}

/** What in the receipt is not as the proof knows it. */
function contradictions(
  { counted, meeting, result, parts }: Receipt,
  document: string,
  { sessionId, roomId, ids, typed, host }: RunningMeeting,
  expected: Expected,
): string[] {
  const { people, messages, privateMessages, files, keys } = counted;
  const names = [...typed, ...ids.filter((id) => id !== sessionId && id !== roomId)];
  return Object.entries({
    "the session": meeting.sessionId === sessionId && meeting.roomId === roomId,
    people: people === expected.people,
    messages: messages?.count === expected.messages,
    "private messages": privateMessages?.count === expected.privateMessages,
    files: files?.count === expected.files.count && files.bytes === expected.files.bytes,
    "the key": keys?.serverKey === (host.answer.e2ee.model === "server"),
    "what is left": result === "gone" && parts.every((part) => part.result === "gone"),
    "names, ids or content in it": !names.some((each) => document.includes(each)),
  }).flatMap(([what, isRight]) => (isRight ? [] : [what]));
}

/** Who reads it and should not, or does not and should. */
async function strangeReaders(
  nodes: readonly string[],
  document: string,
  { host, guest }: RunningMeeting,
  { hostWasThere }: Expected,
): Promise<string[]> {
  const strange = guest.meeting.receiptToken === null ? [] : ["the guest has a token for it"];
  const { receiptToken } = host.meeting;
  if (!hostWasThere) return strange;
  if (receiptToken === null) return [...strange, "the host has no token for it"];
  const answers = await Promise.all(nodes.map((node) => readAs(node, receiptToken)));
  return answers.includes(document) ? strange : [...strange, "the host does not read it"];
}

async function readAs(node: string, token: string): Promise<string | null> {
  try {
    const answer = await new SottoApi(node).receipt(token, AbortSignal.timeout(5_000));
    return answer.status === "ready" ? answer.document : null;
  } catch (error) {
    if (error instanceof SottoError && error.code === "not_found") return null;
    throw error;
  }
}
