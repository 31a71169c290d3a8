import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { CookieJar } from "./CookieJar.ts";

it("sends what it was given, to the paths it is for, until it is taken back", async () => {
  const seen: [string, string | undefined][] = [];
  const server = createServer((request, response) => {
    seen.push([request.url ?? "", request.headers.cookie]);
    if (request.url === "/api/join") response.setHeader("set-cookie", ["a=1; Path=/api; HttpOnly", "b=2; Path=/"]);
    if (request.url === "/api/leave") response.setHeader("set-cookie", "a=; Path=/api; Max-Age=0");
    response.end();
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const jar = new CookieJar();
  for (const path of ["/api/join", "/api/lobby", "/page", "/api/leave", "/api/lobby"]) await jar.fetch(origin + path);
  server.close();
  expect(seen).toEqual([
    ["/api/join", undefined],
    ["/api/lobby", "a=1; b=2"],
    ["/page", "b=2"],
    ["/api/leave", "a=1; b=2"],
    ["/api/lobby", "b=2"],
  ]);
  expect([...jar.entries()]).toEqual([["b", "2"]]);
});
