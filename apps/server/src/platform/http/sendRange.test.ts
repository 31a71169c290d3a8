import { Readable } from "node:stream";
import Fastify from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { byteRange } from "./byteRange.ts";
import { sendRange } from "./sendRange.ts";

describe("byteRange", () => {
  it.each([
    [undefined, "whole"],
    ["bytes=0-9", { first: 0, last: 9 }],
    ["bytes=3-5", { first: 3, last: 5 }],
    ["bytes=3-", { first: 3, last: 9 }],
    ["bytes=9-9", { first: 9, last: 9 }],
    ["bytes=3-99999", { first: 3, last: 9 }],
    ["bytes=-3", { first: 7, last: 9 }],
    ["bytes=-10", { first: 0, last: 9 }],
    ["bytes=-99999", { first: 0, last: 9 }],
    ["BYTES= 3-5 ", { first: 3, last: 5 }],
    ["bytes=10-", "unsatisfiable"],
    ["bytes=999999999999999-", "unsatisfiable"],
    ["bytes=-0", "unsatisfiable"],
    // Not a single range of bytes: ignored.
    ["bytes=5-3", "whole"],
    ["bytes=0-1,4-5", "whole"],
    ["bytes=-", "whole"],
    ["bytes=", "whole"],
    ["bytes=a-b", "whole"],
    ["bytes=0x1-5", "whole"],
    ["bytes=--5", "whole"],
    ["items=0-5", "whole"],
    [`bytes=${"9".repeat(400)}-`, "whole"],
  ])("reads %s", (header, expected) => {
    expect(byteRange(header, 10)).toEqual(expected);
  });

  it("of nothing is everything, or not there", () => {
    expect([byteRange("bytes=0-", 0), byteRange("bytes=-1", 0)]).toEqual(["unsatisfiable", "whole"]);
  });
});

describe("sendRange", () => {
  const http = Fastify();
  const text = "0123456789";
  let reads = 0;
  let origin: string;
  beforeAll(async () => {
    http.get("/text", (request, reply) =>
      sendRange(request, reply.type("video/mp4").header("content-disposition", "attachment"), {
        sizeBytes: text.length,
        version: "v1",
        read: (first, last) => {
          reads++;
          return Readable.from([Buffer.from(text.slice(first, last + 1))]);
        },
      }),
    );
    http.get("/empty", (request, reply) =>
      sendRange(request, reply, { sizeBytes: 0, version: "v0", read: () => Buffer.alloc(1) }),
    );
    origin = await http.listen({ port: 0, host: "127.0.0.1" });
  });
  afterAll(() => http.close());

  const send = (headers: Record<string, string> = {}, method = "GET", path = "/text") =>
    fetch(`${origin}${path}`, { method, headers });
  const ask = async (...request: Parameters<typeof send>) => {
    const response = await send(...request);
    const { headers } = response;
    return [response.status, await response.text(), headers.get("content-range"), headers.get("content-length")];
  };

  it("gives everything, a part, the rest or the end", async () => {
    expect(await ask()).toEqual([200, text, null, "10"]);
    expect(await ask({ range: "bytes=2-4" })).toEqual([206, "234", "bytes 2-4/10", "3"]);
    expect(await ask({ range: "bytes=8-" })).toEqual([206, "89", "bytes 8-9/10", "2"]);
    expect(await ask({ range: "bytes=-1" })).toEqual([206, "9", "bytes 9-9/10", "1"]);
    expect(await ask({ range: "bytes=0-1,4-5" })).toEqual([200, text, null, "10"]);
  });

  it("says how many bytes there are where there is no such part, and sends none of them", async () => {
    const before = reads;
    const response = await send({ range: "bytes=10-" });
    expect(response.status).toBe(416);
    expect(response.headers.get("content-range")).toBe("bytes */10");
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(response.headers.get("content-disposition")).toBeNull();
    expect(reads).toBe(before);
  });

  it("gives a part of the version that is asked for only", async () => {
    const { headers } = await send();
    expect([headers.get("etag"), headers.get("accept-ranges")]).toEqual(['"v1"', "bytes"]);
    expect((await ask({ range: "bytes=2-4", "if-range": '"v1"' }))[0]).toBe(206);
    // Whoever resumes an older file gets all of the newer one. Neither weak tags nor times are strong enough.
    for (const other of ['"v0"', 'W/"v1"', "v1", "Wed, 21 Oct 2026 07:28:00 GMT"]) {
      expect(await ask({ range: "bytes=2-4", "if-range": other })).toEqual([200, text, null, "10"]);
      expect((await ask({ range: "bytes=10-", "if-range": other }))[0]).toBe(200);
    }
  });

  it("answers HEAD with the head of everything, without reading it", async () => {
    const before = reads;
    expect(await ask({}, "HEAD")).toEqual([200, "", null, "10"]);
    expect(await ask({ range: "bytes=2-4" }, "HEAD")).toEqual([200, "", null, "10"]);
    expect(reads).toBe(before);
  });

  it("gives nothing of what is empty", async () => {
    expect(await ask({}, "GET", "/empty")).toEqual([200, "", null, "0"]);
    expect((await ask({ range: "bytes=0-" }, "GET", "/empty"))[0]).toBe(416);
  });
});
