import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { addressOf } from "./addressOf.ts";

const request = (forwarded?: string) =>
  ({
    headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
    socket: { remoteAddress: "192.0.2.7" },
  }) as unknown as IncomingMessage;

test("is the socket's, unless a proxy that we trust says another one", () => {
  expect(addressOf(request("198.51.100.1"), false)).toBe("192.0.2.7");
  expect(addressOf(request("203.0.113.5, 198.51.100.1"), true)).toBe("198.51.100.1");
  expect(addressOf(request(), true)).toBe("192.0.2.7");
  expect(addressOf(request(""), true)).toBe("192.0.2.7");
});
