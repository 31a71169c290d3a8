import { decryptFile, encryptFile } from "../files/fileCipher.ts";
import { padmeLength } from "../files/padme.ts";
import { concat, utf8, type Bytes } from "../keys/encoding.ts";
import {
  deriveRaw,
  fileKeyInfo,
  importKeyMaterial,
  keyInfo,
  mediaKeySlot,
  sessionSalt,
  sha256,
  type KeyLabel,
  type KeyModel,
} from "../keys/keySchedule.ts";
import { argon2Salt, normalisePassphrase, passphraseCheck, passphraseRoot } from "../keys/passphrase.ts";
import { formatIdentity } from "../keys/Sender.ts";
import { SessionKeys } from "../keys/SessionKeys.ts";
import { computeMessage } from "./computeMessage.ts";
import { hex, VectorInputs, type Vector, type VectorFile } from "./vectorFile.ts";

/**
 * What this implementation makes of a vector's inputs, in the form of the vector's `out`. Each kind of vector is named
 * by how its name begins; a vector of an unknown kind is an error, so none can be skipped.
 */
export async function computeVector(vector: Vector, file: VectorFile): Promise<Vector["out"]> {
  const inputs = new VectorInputs(vector.inputs);
  const kind = kinds.find(([start]) => vector.name.startsWith(start));
  if (!kind) throw new Error(`no check for the vector "${vector.name}"`);
  return kind[1](inputs, file);
}

type Compute = (inputs: VectorInputs, file: VectorFile) => Promise<Vector["out"]> | Vector["out"];

const kinds: readonly [start: string, compute: Compute][] = [
  ["session_salt", async (inputs) => ({ S: hex(await sessionSalt(modelOf(inputs), inputs.text("sid"))) })],
  ["identity", (inputs) => ({ identity: formatIdentity(senderOf(inputs)) })],
  ["key ", computeKey],
  ["passphrase root", computePassphraseRoot],
  ["check", async (inputs) => ({ check: hex(await passphraseCheck(inputs.bytes("root"), inputs.text("sid"))) })],
  ["message ", computeMessage],
  ["file key", computeFileKey],
  ["file ", computeFile],
  ["padme", (inputs) => ({ padded: inputs.numbers("lengths").map(padmeLength) })],
];

/** The vectors of keys name no session: all are of the one that the file's other vectors name. */
const vectorSessionId = "AAECAwQFBgcICQoLDA0ODw";

async function computeKey(inputs: VectorInputs, { livekit }: VectorFile): Promise<Vector["out"]> {
  const label = inputs.text("label") as KeyLabel;
  const epoch = inputs.number("e");
  const sender = senderOf(inputs);
  const info = keyInfo(label, epoch, sender);
  const root = inputs.bytes("root");
  const model = modelOf(inputs);
  const secret = model === "server" ? inputs.bytes("epoch_secret") : new Uint8Array(0);
  const material = await importKeyMaterial(concat(root, secret));
  const key = await deriveRaw(material, await sessionSalt(model, vectorSessionId), info);
  const out = { ...(model === "server" && { info: hex(info) }), key: hex(key) };
  if (label !== "media") return out;

  const keys = await (model === "server"
    ? SessionKeys.forServerKey({ sessionId: vectorSessionId, root, epochs: [{ epoch, secret }], self: sender })
    : SessionKeys.forPassphrase({ sessionId: vectorSessionId, root, epoch, self: sender }));
  const mediaKey = await keys.mediaBaseKey(sender.participantId, sender.senderNonce, epoch);
  const livekitKey = await deriveRaw(await importKeyMaterial(key), utf8(livekit.ratchetSalt), new Uint8Array(128));
  return { ...out, key: hex(mediaKey), keyIndex: mediaKeySlot(epoch), livekit_aes256: hex(livekitKey) };
}

async function computePassphraseRoot(inputs: VectorInputs): Promise<Vector["out"]> {
  const passphrase = new TextDecoder().decode(inputs.bytes("passphrase_utf8"));
  const sid = inputs.text("sid");
  const openerSalt = inputs.bytes("opener_salt");
  return {
    normalised_utf8: hex(normalisePassphrase(passphrase)),
    argon2_salt: hex(await argon2Salt(sid, openerSalt)),
    root: hex(await passphraseRoot(passphrase, sid, openerSalt)),
  };
}

async function computeFileKey(inputs: VectorInputs): Promise<Vector["out"]> {
  const material = await importKeyMaterial(inputs.bytes("file_secret"));
  const salt = await sessionSalt(modelOf(inputs), inputs.text("sid"));
  return { key: hex(await deriveRaw(material, salt, fileKeyInfo(inputs.text("file_id")))) };
}

async function computeFile(inputs: VectorInputs): Promise<Vector["out"]> {
  const length = inputs.number("length");
  const sealedChunk = inputs.number("chunk") + 16;
  const body = Uint8Array.from({ length }, (_, index) => index % 251);
  const key = await crypto.subtle.importKey("raw", inputs.bytes("key"), "AES-GCM", false, ["encrypt", "decrypt"]);
  const cipher = { key, prefix: inputs.bytes("prefix") };
  const blob = await encryptFile(cipher, body);
  if (hex(await decryptFile(cipher, length, blob)) !== hex(body)) throw new Error("the file does not come back");
  const chunks = Array.from({ length: Math.ceil(blob.length / sealedChunk) }, (_, index) =>
    blob.subarray(index * sealedChunk, (index + 1) * sealedChunk),
  );
  const nonce = (index: number): string =>
    `${inputs.text("prefix")}${index.toString(16).padStart(8, "0")}${index === chunks.length - 1 ? "01" : "00"}`;
  return {
    padded_length: padmeLength(length),
    chunks: chunks.length,
    chunk_lengths: chunks.map((chunk) => chunk.length),
    first_nonce: nonce(0),
    last_nonce: nonce(chunks.length - 1),
    tags: chunks.map((chunk) => hex(chunk.subarray(-16))),
    blob_sha256: hex(await sha256(blob)),
  };
}

function modelOf(inputs: VectorInputs): KeyModel {
  return inputs.number("model") === 1 ? "server" : "passphrase";
}

function senderOf(inputs: VectorInputs): { participantId: string; senderNonce: Bytes } {
  return { participantId: inputs.text("pid"), senderNonce: inputs.bytes("sender_nonce") };
}
