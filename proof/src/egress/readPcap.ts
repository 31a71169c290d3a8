/** A packet that tried to leave. */
export interface Packet {
  protocol: "udp" | "tcp" | "arp" | "icmp" | "other";
  /** Address it was for; with a port where there is one. */
  to: string;
  /** What it is, where that can be read: a name that is looked up, a STUN request. */
  content: string;
}

const fileHeaderBytes = 24;
const recordHeaderBytes = 16;
const littleEndianMagics = new Set([0xa1b2c3d4, 0xa1b23c4d]);
const ethernet = { ipv4: 0x0800, ipv6: 0x86dd, arp: 0x0806 };
const stunCookie = 0x2112a442;

/** The packets of a capture as tcpdump writes it (libpcap, Ethernet), without what the kernel says of its own accord. */
export function readPcap(capture: Buffer): Packet[] {
  if (capture.length < fileHeaderBytes) return [];
  if (!littleEndianMagics.has(capture.readUInt32LE(0))) throw new Error("this is not a capture of this machine");
  if (capture.readUInt32LE(20) !== 1) throw new Error("this is not a capture of an Ethernet interface");
  const packets: Packet[] = [];
  for (let offset = fileHeaderBytes; offset + recordHeaderBytes <= capture.length;) {
    const length = capture.readUInt32LE(offset + 8);
    const start = offset + recordHeaderBytes;
    if (start + length > capture.length) break; // it is still being written
    const packet = readFrame(capture.subarray(start, start + length));
    if (packet !== null) packets.push(packet);
    offset = start + length;
  }
  return packets;
}

function readFrame(frame: Buffer): Packet | null {
  const type = frame.readUInt16BE(12);
  const body = frame.subarray(14);
  if (type === ethernet.ipv4) {
    const to = [...body.subarray(16, 20)].join(".");
    return readTransport(body[9] ?? 0, to, body.subarray(((body[0] ?? 0) & 15) * 4));
  }
  if (type === ethernet.ipv6) return readIpv6(body);
  if (type === ethernet.arp)
    return { protocol: "arp", to: [...body.subarray(24, 28)].join("."), content: "who has it" };
  return { protocol: "other", to: `Ethernet type ${type.toString(16)}`, content: "" };
}

function readIpv6(body: Buffer): Packet | null {
  const to = ipv6Text(body.subarray(24, 40));
  const [next = 0, rest] = body[6] === 0 ? [body[40], body.subarray(48)] : [body[6], body.subarray(40)];
  if (next !== 58) return readTransport(next, to, rest);
  // Every interface reports its multicast groups, looks for routers and, without an address yet, whether one is taken.
  const isOwn =
    [133, 143].includes(rest[0] ?? 0) || (rest[0] === 135 && body.subarray(8, 24).every((byte) => byte === 0));
  return isOwn ? null : { protocol: "icmp", to, content: `ICMPv6 type ${rest[0]}` };
}

function readTransport(protocol: number, to: string, segment: Buffer): Packet {
  if (protocol === 2) return { protocol: "icmp", to, content: `multicast group ${groupOf(segment)}` };
  if (protocol === 1) return { protocol: "icmp", to, content: `ICMP type ${segment[0]}` };
  if (protocol !== 6 && protocol !== 17) return { protocol: "other", to, content: `IP protocol ${protocol}` };
  const port = segment.readUInt16BE(2);
  const address = `${to.includes(":") ? `[${to}]` : to}:${port}`;
  if (protocol === 6) return { protocol: "tcp", to: address, content: (segment[13] ?? 0) & 2 ? "connecting" : "" };
  return { protocol: "udp", to: address, content: readDatagram(port, segment.subarray(8)) };
}

function readDatagram(port: number, data: Buffer): string {
  if (port === 53 || port === 5353) return readNames(data);
  if (data.length >= 20 && (data[0] ?? 0xff) < 64 && data.readUInt32BE(4) === stunCookie) return "STUN";
  return /^[\x20-\x7e]+$/.test(data.toString("latin1")) ? data.toString("latin1") : `${data.length} bytes`;
}

/** A report of IGMPv2 or IGMPv3, which names the group that is joined or left. */
function groupOf(report: Buffer): string {
  const start = report[0] === 0x22 ? 12 : 4;
  return [...report.subarray(start, start + 4)].join(".");
}

function readNames(message: Buffer): string {
  const isAnswer = ((message[2] ?? 0) & 0x80) !== 0;
  return `${isAnswer ? "announcing" : "looking up"} ${firstNameIn(message)}`;
}

/** The first name in a DNS message, of a question where there is one. */
function firstNameIn(message: Buffer): string {
  const labels: string[] = [];
  for (let offset = 12; offset < message.length;) {
    const length = message[offset] ?? 0;
    if (length === 0) break;
    labels.push(message.toString("latin1", offset + 1, offset + 1 + length));
    offset += 1 + length;
  }
  return labels.join(".");
}

/** As Node writes addresses. */
function ipv6Text(address: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => address.readUInt16BE(index * 2).toString(16));
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}

export function describePacket({ protocol, to, content }: Packet): string {
  return `${protocol} ${to}${content === "" ? "" : ` (${content})`}`;
}
