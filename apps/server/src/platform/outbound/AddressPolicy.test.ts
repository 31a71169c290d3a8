import { describe, expect, it } from "vitest";
import { AddressPolicy } from "./AddressPolicy.ts";

const permitted = (addresses: string[], allowed: string[] = []) => {
  const policy = new AddressPolicy(allowed);
  return addresses.filter((address) => policy.permits(address));
};

const privateIpv4 = [
  "0.0.0.0",
  "10.0.0.1",
  "10.255.255.255",
  "100.64.0.1",
  "100.100.100.200",
  "100.127.255.255",
  "127.0.0.1",
  "127.255.255.254",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.8",
  "192.168.1.1",
  "198.18.0.1",
  "198.19.255.255",
  "192.0.2.1",
  "198.51.100.1",
  "203.0.113.1",
  "192.88.99.1",
  "224.0.0.1",
  "239.255.255.250",
  "240.0.0.1",
  "255.255.255.255",
  "168.63.129.16",
];
const privateIpv6 = [
  "::",
  "::1",
  "fc00::1",
  "fd12:3456::1",
  "fe80::1",
  "fe80::1%eth0",
  "fec0::1",
  "ff02::1",
  "100::1",
  "64:ff9b::7f00:1",
  "64:ff9b::8.8.8.8",
  "64:ff9b:1::a00:1",
  "2002:7f00:1::",
  "2002:808:808::1",
  "2001::1",
  "2001:0:4136:e378:8000:63bf:3fff:fdd2",
  "2001:db8::1",
  "3fff::1",
  "5f00::1",
  "::7f00:1",
  "::8.8.8.8",
];
const mapped = ["::ffff:127.0.0.1", "::ffff:7f00:1", "0:0:0:0:0:ffff:a9fe:a9fe", "::FFFF:10.0.0.1"];
const open = ["8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "193.0.0.1", "223.255.255.1"];
const open6 = ["2606:4700:4700::1111", "2a00:1450::1", "2001:4860:4860::8888", "::ffff:8.8.8.8"];

describe("AddressPolicy", () => {
  it("permits public addresses only", () => {
    expect(permitted([...privateIpv4, ...privateIpv6, ...mapped])).toEqual([]);
    expect(permitted([...open, ...open6])).toEqual([...open, ...open6]);
  });

  it("permits what the operator allows, however it is spelled, and nothing beside it", () => {
    const allowed = ["10.1.0.0/16", "127.0.0.1/32", "fd12::/16"];
    const inside = ["10.1.2.3", "127.0.0.1", "::ffff:7f00:1", "fd12::9"];
    expect(permitted([...inside, "10.2.0.1", "127.0.0.2", "fd13::1", "::1", "::ffff:10.2.0.1"], allowed)).toEqual(
      inside,
    );
  });

  it("permits nothing that is no address", () => {
    expect(permitted(["", "localhost", "127.1", "0x7f.0.0.1", "2130706433", "8.8.8.8 ", "8.8.8.8/0", "[::1]"])).toEqual(
      [],
    );
  });
});
