import { randomBytes } from "node:crypto";
import type { Target } from "./Attempt.ts";
import type { ConnectOptions } from "./RawNats.ts";

/** What a login with these options must come to: a refusal, or a connection with the same walls as ever. */
export interface Login {
  name: string;
  must: "be refused" | "have the same walls";
  options: (own: ConnectOptions, target: Target) => ConnectOptions;
}

const nobody: ConnectOptions = {};
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
/** Claims that nobody signed whom nats-server trusts. */
const forgedJwt = (account: string) =>
  [
    part({ typ: "JWT", alg: "ed25519-nkey" }),
    part({
      iss: `A${"A".repeat(55)}`,
      sub: `U${"A".repeat(55)}`,
      aud: account,
      nats: { type: "user", version: 2, pub: {}, sub: {} },
    }),
    randomBytes(64).toString("base64url"),
  ].join(".");
const nkey = `U${"A".repeat(55)}`;

const userOf = ({ sid, pid }: { sid: string; pid: string }) => `${sid}.${pid}`;

export const logins: readonly Login[] = [
  // without being anybody
  refused("nobody", () => nobody),
  refused("an empty name and secret", () => ({ user: "", pass: "" })),
  refused("a token", () => ({ auth_token: "x" })),
  refused("a name without a secret", ({ user }) => ({ user })),
  refused("a secret without a name", ({ pass }) => ({ pass })),
  refused("the secret as a token", ({ pass }) => ({ auth_token: pass })),
  refused("an empty secret", ({ user }) => ({ user, pass: "" })),
  refused("another secret", ({ user }) => ({ user, pass: randomBytes(32).toString("base64url") })),
  refused("the secret with a letter more", ({ user, pass }) => ({ user, pass: `${String(pass)}A` })),
  refused("the secret with a letter less", ({ user, pass }) => ({ user, pass: String(pass).slice(0, -1) })),
  refused("the secret with a space", ({ user, pass }) => ({ user, pass: ` ${String(pass)}` })),

  // as somebody else
  refused("the victim's name and one's own secret", ({ pass }, { victim }) => ({ user: userOf(victim), pass })),
  refused("somebody elsewhere", ({ pass }, { other }) => ({ user: userOf(other), pass })),
  refused("oneself elsewhere", ({ pass }, { self, other }) => ({ user: userOf({ ...self, sid: other.sid }), pass })),
  refused("the victim's id in the own session", ({ pass }, { self, victim }) => ({
    user: userOf({ ...self, pid: victim.pid }),
    pass,
  })),
  refused("wildcards for a name", ({ pass }) => ({ user: "*.*", pass })),
  refused("everybody of the session", ({ pass }, { self }) => ({ user: `${self.sid}.*`, pass })),
  refused("everything", ({ pass }) => ({ user: ">", pass })),
  refused("a name with a third part", ({ pass, user }) => ({ user: `${String(user)}.x`, pass })),
  refused("a name with an empty third part", ({ pass, user }) => ({ user: `${String(user)}.`, pass })),
  refused("a name in capitals", ({ pass, user }) => ({ user: String(user).toUpperCase(), pass })),
  refused("a name with a space", ({ pass, user }) => ({ user: `${String(user)} `, pass })),
  refused("a name with a zero byte", ({ pass, user }) => ({ user: `${String(user)}\u0000`, pass })),
  refused("a session alone", ({ pass }, { self }) => ({ user: self.sid, pass })),
  refused("the control plane by name", ({ pass }) => ({ user: "sotto rpc", pass })),
  refused("a name that is a list", ({ pass, user }) => ({ user: [user], pass })),
  refused("a name of 4,000 letters", ({ pass }) => ({ user: "x".repeat(4_000), pass })),

  // as an account
  refused("one's own name in the system account", (own) => ({ ...own, account: "SYS" })),
  refused("one's own name in the state's account", (own) => ({ ...own, account: "CORE" })),
  refused("one's own name in the participants' account", (own) => ({ ...own, account: "MEET" })),
  refused("one's own name in a new account", (own) => ({ ...own, new_account: true })),
  refused("claims that nobody signed", () => ({ jwt: forgedJwt("CORE") })),
  refused("a key without a signature", () => ({ nkey })),
  refused("a key with a signature of nothing", () => ({ nkey, sig: randomBytes(64).toString("base64url") })),
  refused("claims and a key", () => ({ jwt: forgedJwt("SYS"), nkey, sig: randomBytes(64).toString("base64url") })),

  // as oneself, and a little more
  sameWalls("nothing more", (own) => own),
  sameWalls("claims beside the name", (own) => ({ ...own, jwt: forgedJwt("SYS") })),
  sameWalls("a token beside the name", (own) => ({ ...own, auth_token: "x" })),
  sameWalls("verbose and pedantic", (own) => ({ ...own, verbose: true, pedantic: true })),
  sameWalls("no echo", (own) => ({ ...own, echo: false })),
  sameWalls("no headers", (own) => ({ ...own, headers: false, no_responders: false })),
  sameWalls("a later protocol", (own) => ({ ...own, protocol: 99 })),
  sameWalls("an earlier protocol", (own) => ({ ...own, protocol: 0 })),
  sameWalls("the name of a server", (own) => ({ ...own, name: "sotto rpc", lang: "go", version: "2.15.2" })),
  sameWalls("permissions of one's own", (own) => ({
    ...own,
    permissions: { publish: { allow: [">"] }, subscribe: { allow: [">"] } },
    pub: { allow: [">"] },
  })),
  sameWalls("a cluster and a gateway", (own) => ({
    ...own,
    cluster: "x",
    gateway: "x",
    remote_account: "SYS",
    is_hub: true,
  })),
  sameWalls("a leaf node", (own) => ({ ...own, leafnode: true, isolate: true, compression: "s2_fast" })),
];

function refused(name: string, options: Login["options"]): Login {
  return { name, must: "be refused", options };
}

function sameWalls(name: string, options: Login["options"]): Login {
  return { name, must: "have the same walls", options };
}
