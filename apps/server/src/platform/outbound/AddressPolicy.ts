import { BlockList, isIP, SocketAddress } from "node:net";

/** What the IANA registries of special-purpose addresses, and a cloud, keep for something else than public servers. */
const specialIpv4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10", // behind a provider's NAT; metadata of some clouds
  "127.0.0.0/8",
  "168.63.129.16/32", // what Azure answers its own machines with
  "169.254.0.0/16", // link-local; metadata of most clouds
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24", // relays of 6to4
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4", // multicast
  "240.0.0.0/4", // reserved, broadcast
];
/** Outside of this nothing of IPv6 is public: not ::1, mapped or translated IPv4, unique local, link-local, multicast. */
const publicIpv6 = "2000::/3";
const specialIpv6 = [
  "2001::/23", // Teredo among others: IPv4 inside
  "2001:db8::/32",
  "2002::/16", // 6to4: IPv4 inside
  "3fff::/20",
];

const ipv4 = listOf(specialIpv4);
const ipv6 = listOf(specialIpv6);
const globalUnicast = listOf([publicIpv6]);

/** Which addresses the server connects to on somebody else's behalf: public ones, and what the operator allows. */
export class AddressPolicy {
  readonly #allowed: BlockList;

  /** `allowedNetworks`: in CIDR notation. */
  constructor(allowedNetworks: readonly string[]) {
    this.#allowed = listOf(allowedNetworks);
  }

  /** False for whatever is no address at all, too. */
  permits(address: string): boolean {
    const plain = unmapped(address);
    const version = isIP(plain);
    if (version === 0 || plain.includes("%")) return false;
    const family = version === 4 ? "ipv4" : "ipv6";
    if (this.#allowed.check(plain, family)) return true;
    if (version === 4) return !ipv4.check(plain, family);
    return globalUnicast.check(plain, family) && !ipv6.check(plain, family);
  }
}

/** `::ffff:7f00:1` is another spelling of 127.0.0.1, and judged as that. */
function unmapped(address: string): string {
  if (isIP(address) !== 6 || address.includes("%")) return address;
  const { address: canonical } = new SocketAddress({ address, family: "ipv6" });
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(canonical)?.[1] ?? canonical;
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", prefix = ""] = network.split("/");
    list.addSubnet(address, Number(prefix), isIP(address) === 6 ? "ipv6" : "ipv4");
  }
  return list;
}
