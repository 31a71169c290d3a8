import { expect, test } from "vitest";
import { describePacket, readPcap } from "./readPcap.ts";

const bytes = (...parts: (number[] | Buffer | string)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "hex") : Buffer.from(part))));

/** A capture of Ethernet frames as tcpdump writes it on a little-endian machine. */
function capture(...frames: Buffer[]): Buffer {
  const head = Buffer.alloc(24);
  head.writeUInt32LE(0xa1b2c3d4, 0);
  head.writeUInt32LE(1, 20);
  const records = frames.flatMap((frame) => {
    const record = Buffer.alloc(16);
    record.writeUInt32LE(frame.length, 8);
    return [record, frame];
  });
  return Buffer.concat([head, ...records]);
}

const addresses = "020000000002020000000001";
const ipv4 = (protocol: number, to: number[], payload: Buffer) =>
  bytes(addresses, "0800", [0x45, 0, 0, 0, 0, 0, 0, 0, 64, protocol, 0, 0, 192, 0, 2, 1], to, payload);
const ipv6 = (next: number, to: string, payload: Buffer) =>
  bytes(addresses, "86dd", [0x60, 0, 0, 0, 0, 0, next, 64], "20010db8000000000000000000000001", to, payload);
const udp = (port: number, data: Buffer) => bytes("8000", [port >> 8, port & 255], "00000000", data);
const tcp = (port: number, flags: number) =>
  bytes("8000", [port >> 8, port & 255], "0000000000000000", [0x50, flags], "000000000000");
const name = bytes([7], Buffer.from("foreign"), [4], Buffer.from("test"), [0]);

test.each<[string, Buffer, string]>([
  [
    "a lookup",
    ipv4(17, [192, 0, 2, 53], udp(53, bytes("123401000001000000000000", name, "00010001"))),
    "udp 192.0.2.53:53 (looking up foreign.test)",
  ],
  [
    "a name that is announced",
    ipv4(17, [224, 0, 0, 251], udp(5353, bytes("000084000000000100000000", name, "00010001"))),
    "udp 224.0.0.251:5353 (announcing foreign.test)",
  ],
  [
    "STUN",
    ipv4(17, [203, 0, 113, 5], udp(3478, bytes("00010000", "2112a442", Buffer.alloc(12)))),
    "udp 203.0.113.5:3478 (STUN)",
  ],
  ["other datagrams", ipv4(17, [203, 0, 113, 5], udp(9, bytes("ff00"))), "udp 203.0.113.5:9 (2 bytes)"],
  ["a connection", ipv4(6, [198, 51, 100, 7], tcp(443, 2)), "tcp 198.51.100.7:443 (connecting)"],
  ["what follows it", ipv4(6, [198, 51, 100, 7], tcp(443, 16)), "tcp 198.51.100.7:443"],
  [
    "a connection over IPv6",
    ipv6(6, "20010db8000700000000000000000007", tcp(80, 2)),
    "tcp [2001:db8:7::7]:80 (connecting)",
  ],
  ["a ping", ipv4(1, [198, 51, 100, 7], bytes([8])), "icmp 198.51.100.7 (ICMP type 8)"],
  [
    "a group that is joined",
    ipv4(2, [224, 0, 0, 22], bytes("2200000000000001", "04000000", [224, 0, 0, 251])),
    "icmp 224.0.0.22 (multicast group 224.0.0.251)",
  ],
  [
    "a neighbour that is looked for",
    bytes(addresses, "0806", Buffer.alloc(24), [192, 0, 2, 77]),
    "arp 192.0.2.77 (who has it)",
  ],
  ["what nobody knows", bytes(addresses, "88cc", "00"), "other Ethernet type 88cc"],
])("%s is read", (_, frame, described) => {
  expect(readPcap(capture(frame)).map(describePacket)).toEqual([described]);
});

test("what the kernel says of its own accord is left out, and what is not written yet", () => {
  const report = ipv6(0, "ff020000000000000000000000000016", bytes("3a00050200000100", [143]));
  const whole = capture(report, ipv4(6, [198, 51, 100, 7], tcp(443, 2)));
  expect(readPcap(whole)).toHaveLength(1);
  expect(readPcap(whole.subarray(0, -1))).toEqual([]);
  expect(readPcap(Buffer.alloc(0))).toEqual([]);
});
