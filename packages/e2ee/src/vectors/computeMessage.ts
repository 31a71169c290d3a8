import { utf8 } from "../keys/encoding.ts";
import { sha256 } from "../keys/keySchedule.ts";
import type { Channel } from "../messages/channels.ts";
import { messageAad, openEnvelope, sealEnvelope, type MessageRoute } from "../messages/envelope.ts";
import { decodeHeader, encodeHeader, headerBytes } from "../messages/MessageHeader.ts";
import { hex, type Vector, type VectorInputs } from "./vectorFile.ts";

/** Seals a message vector, opens it again, and tries every change that its `negative` list names. */
export async function computeMessage(inputs: VectorInputs): Promise<Vector["out"]> {
  const route: MessageRoute = {
    sessionId: inputs.text("sid"),
    from: inputs.text("pid"),
    channel: inputs.text("channel") as Channel,
    to: inputs.text("to"),
  };
  const header = {
    epoch: inputs.number("e"),
    senderNonce: inputs.bytes("sender_nonce"),
    counter: BigInt(inputs.text("counter")),
    iv: inputs.bytes("iv"),
  };
  const key = await crypto.subtle.importKey("raw", inputs.bytes("key"), "AES-GCM", false, ["encrypt", "decrypt"]);
  const body = bodyOf(inputs);
  const wire = await sealEnvelope(key, route, header, body);
  if (hex(await openEnvelope(key, route, wire)) !== hex(body)) throw new Error("the message does not come back");
  if (decodeHeader(wire).counter !== header.counter) throw new Error("the counter does not come back");

  const refused = async (changedRoute: MessageRoute, changedWire: Uint8Array): Promise<string> =>
    openEnvelope(key, changedRoute, changedWire).then(
      () => "opened",
      () => "refused",
    );
  const hdr = encodeHeader(header);
  return {
    header: hex(hdr),
    aad: hex(messageAad(route, hdr)),
    wire_length: wire.length,
    wire_sha256: hex(await sha256(wire)),
    ciphertext_first_32: hex(wire.subarray(headerBytes, headerBytes + 32)),
    tag: hex(wire.subarray(-16)),
    negative: {
      tampered_body: await refused(route, flip(wire, headerBytes)),
      epoch_changed: await refused(route, flip(wire, 4)),
      counter_changed: await refused(route, flip(wire, 28)),
      truncated: await refused(route, wire.subarray(0, -1)),
      other_channel: await refused({ ...route, channel: "control" }, wire),
      rerouted: await refused({ ...route, to: "p_0Other0" }, wire),
      other_sender: await refused({ ...route, from: "p_0Other0" }, wire),
    },
  };
}

function bodyOf(inputs: VectorInputs): Uint8Array {
  const body = inputs.text("body_utf8");
  const repeated = /^\(U\+([0-9A-F]+) x (\d+)\)$/.exec(body);
  if (!repeated) return inputs.bytes("body_utf8");
  return utf8(String.fromCodePoint(Number.parseInt(repeated[1] ?? "", 16)).repeat(Number(repeated[2])));
}

function flip(wire: Uint8Array, index: number): Uint8Array {
  return wire.with(index, (wire[index] ?? 0) ^ 1);
}
