import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { ownAddresses, resolver } from "./namespaceScript.ts";

/**
 * `<program>: <protocol> <address>` of every socket of this network namespace that is connected to another machine. The
 * resolver is left out: what it is asked is read in the packets.
 */
export function remoteSockets(): string[] {
  const remote = ["tcp", "tcp6", "udp", "udp6"].flatMap((table) =>
    tableOf(table)
      .filter(({ address }) => !isOwn(address))
      .map((socket) => ({ ...socket, protocol: table.slice(0, 3) })),
  );
  if (remote.length === 0) return [];
  const programs = programsByInode();
  return remote.map(({ inode, protocol, address, port }) => {
    const program = programs.get(inode) ?? "somebody";
    return `${program}: ${protocol} ${address}:${port}`;
  });
}

interface Socket {
  address: string;
  port: number;
  inode: string;
}

function tableOf(name: string): Socket[] {
  let text: string;
  try {
    text = readFileSync(`/proc/net/${name}`, "utf8");
  } catch {
    return []; // a kernel without IPv6
  }
  return text
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => {
      const fields = line.trim().split(/\s+/);
      const [address = "", port = ""] = (fields[2] ?? "").split(":");
      return { address: addressText(address), port: Number.parseInt(port, 16), inode: fields[9] ?? "" };
    });
}

/** The kernel writes words of four bytes in the machine's order, which is little-endian on all that this runs on. */
function addressText(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => [...Buffer.from(word, "hex")].toReversed());
  if (bytes.length === 4) return bytes.join(".");
  const isMapped = bytes.slice(0, 12).every((byte, index) => byte === (index < 10 ? 0 : 255));
  if (isMapped) return bytes.slice(12).join(".");
  const groups = Array.from({ length: 8 }, (_, index) =>
    Buffer.from(bytes.slice(index * 2, index * 2 + 2)).toString("hex"),
  );
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}

function isOwn(address: string): boolean {
  return /^(127\.|0\.0\.0\.0$|::1?$)/.test(address) || [...ownAddresses, resolver].includes(address);
}

function programsByInode(): Map<string, string> {
  const programs = new Map<string, string>();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const program = readFileSync(`/proc/${pid}/comm`, "utf8").trim();
      for (const fd of readdirSync(`/proc/${pid}/fd`)) {
        const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
        if (inode !== undefined) programs.set(inode, program);
      }
    } catch {
      // It ended meanwhile, or is somebody else's.
    }
  }
  return programs;
}
