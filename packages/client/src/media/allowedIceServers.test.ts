import { expect, test } from "vitest";
import { allowedIceServers } from "./allowedIceServers.ts";

const allowed = ["turn.example.org", "STUN.example.org:3478", "[2001:db8::7]:3478"];
const urlsOf = (...urls: string[]) => allowedIceServers([{ urls }], allowed).flatMap((server) => server.urls);

test.each([
  "turn:turn.example.org",
  "turns:TURN.example.org:443?transport=tcp",
  "stun:stun.example.org",
  "stun:stun.example.org:3478",
  "turn:[2001:db8::7]?transport=udp",
])("%s is one that the installation knows", (url) => {
  expect(urlsOf(url)).toEqual([url]);
});

test.each([
  "stun:stun.l.google.com:19302",
  "stun:stun.example.org:3479",
  "stuns:stun.example.org",
  "turn:turn.example.org.elsewhere.net",
  "turn:elsewhere.net?x=turn.example.org",
  "turn:elsewhere.net:3478?turn.example.org",
  "turn:turn.example.org@elsewhere.net",
  "turn:elsewhere.net/turn.example.org",
  "turn://turn.example.org",
  "https://turn.example.org",
  "https:turn.example.org",
  "elsewhere:turn:turn.example.org",
  "turn:[2001:db8::8]",
  "",
])("%s is not", (url) => {
  expect(urlsOf(url)).toEqual([]);
});

test("a server keeps its credentials, and the addresses of it that are known", () => {
  const [known, foreign] = ["turn:turn.example.org", "turn:elsewhere.net"] as const;
  const login = { username: "ada", credential: "secret" };
  expect(
    allowedIceServers(
      [
        { urls: [known, foreign], ...login },
        { urls: [foreign], ...login },
        { urls: [known], username: "", credential: "" },
      ],
      allowed,
    ),
  ).toEqual([{ urls: [known], ...login }, { urls: [known] }]);
  expect(allowedIceServers([{ urls: [known] }], [])).toEqual([]);
});
