import { spawnSync } from "node:child_process";

const ways: readonly (readonly string[])[] = [
  ["unshare", "--net", "--"],
  ["unshare", "--user", "--map-root-user", "--net", "--"],
];

/** What has to stand before a command so that the kernel gives it no network, not even loopback; null where it cannot. */
export function withoutNetwork(): readonly string[] | null {
  const works = ([command = "", ...args]: readonly string[]) =>
    spawnSync(command, [...args, "true"], { stdio: "ignore", timeout: 5_000 }).status === 0;
  return ways.find(works) ?? null;
}
