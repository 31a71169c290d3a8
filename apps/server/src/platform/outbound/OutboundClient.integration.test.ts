import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createServer as createRawServer, type AddressInfo, type Server as RawServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { AddressPolicy } from "./AddressPolicy.ts";
import { OutboundClient } from "./OutboundClient.ts";
import { OutboundError } from "./OutboundError.ts";
import type { ResolveName } from "./resolveName.ts";

const loopback = ["127.0.0.0/8", "::1/128"];

/** What becomes of a post: the status, or the fault. */
async function outcome(url: string, options: { allowed?: string[]; resolve?: ResolveName; timeoutMs?: number } = {}) {
  const { allowed = [], resolve, timeoutMs = 5_000 } = options;
  const client = new OutboundClient({ policy: new AddressPolicy(allowed), timeoutMs, ...(resolve && { resolve }) });
  const { signal } = new AbortController();
  try {
    return await client.post(new URL(url), { headers: { "content-type": "text/plain" }, body: "hello", signal });
  } catch (error) {
    if (error instanceof OutboundError) return error.fault;
    throw error;
  }
}

async function listening<T extends Server | RawServer>(server: T): Promise<{ server: T; port: number }> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { server, port: (server.address() as AddressInfo).port };
}

/** A server that notes what it was asked. */
async function target(answer: RequestListener = (_request, response) => response.end("ok")) {
  const asked: { host: string | undefined; body: string }[] = [];
  const { server, port } = await listening(
    createServer((request, response) => {
      void text(request).then((body) => {
        asked.push({ host: request.headers.host, body });
        answer(request, response);
      });
    }),
  );
  onTestFinished(() => server.closeAllConnections());
  return { asked, port };
}

/** A server of bytes. */
async function rawTarget(onConnection: (socket: Socket) => void) {
  const { port } = await listening(
    createRawServer((socket) => {
      socket.on("error", () => undefined);
      onTestFinished(() => void socket.destroy());
      onConnection(socket);
    }),
  );
  return port;
}

describe("a call of somebody else's server", () => {
  it("reaches it under its own name, and gives the status", async () => {
    const { asked, port } = await target((_request, response) => response.writeHead(204).end());
    const resolve = async () => ["127.0.0.1"];
    expect(await outcome(`http://hooks.example:${port}/x`, { allowed: loopback, resolve })).toBe(204);
    expect(asked).toEqual([{ host: `hooks.example:${port}`, body: "hello" }]);
    expect(await outcome(`http://localhost:${port}/`, { allowed: loopback })).toBe(204);
  });

  it.each([
    ["http://127.0.0.1:PORT/", "loopback"],
    ["http://2130706433:PORT/", "decimal"],
    ["http://0x7f000001:PORT/", "hexadecimal"],
    ["http://0177.0.0.1:PORT/", "octal"],
    ["http://127.1:PORT/", "short"],
    ["http://0:PORT/", "this machine"],
    ["http://127.0.0.1.:PORT/", "with a dot at the end"],
    ["http://%31%32%37.0.0.1:PORT/", "escaped"],
    ["http://１２７.0.0.1:PORT/", "in full width"],
    ["http://[::1]:PORT/", "IPv6"],
    ["http://[::ffff:127.0.0.1]:PORT/", "mapped"],
    ["http://[::ffff:7f00:1]:PORT/", "mapped, in hexadecimal"],
    ["http://[64:ff9b::7f00:1]:PORT/", "NAT64"],
    ["http://[2002:7f00:1::]:PORT/", "6to4"],
    ["http://169.254.169.254:PORT/latest/meta-data", "metadata of a cloud"],
    ["http://localhost:PORT/", "by name"],
    ["http://a.localhost:PORT/", "by a name below it"],
  ])("does not go to %s (%s)", async (url) => {
    const { asked, port } = await target();
    expect(await outcome(url.replace("PORT", String(port)))).toBe("address_not_allowed");
    expect(asked).toEqual([]);
  });

  it("does not go where a name leads inside, in whichever record", async () => {
    const { asked, port } = await target();
    for (const address of ["127.0.0.1", "10.0.0.1", "::1", "::ffff:127.0.0.1", "fe80::1", "not an address"]) {
      const resolve = async () => [address];
      expect(await outcome(`http://inside.example:${port}/`, { resolve })).toBe("address_not_allowed");
    }
    expect(await outcome(`http://nowhere.example:${port}/`, { resolve: async () => [] })).toBe("name_not_found");
    expect(asked).toEqual([]);
  });

  it("goes to the address that was checked, and not to what the name means a moment later", async () => {
    const { asked, port } = await target();
    // A network for documentation, where nobody answers, stands for the public one.
    const elsewhere = { allowed: ["198.51.100.0/24"], timeoutMs: 500 };
    let answers = 0;
    // A name server that rebinds: public while it is checked, loopback when it is connected to.
    const rebinding: ResolveName = async () => (answers++ === 0 ? ["198.51.100.7"] : ["127.0.0.1"]);
    expect(await outcome(`http://rebind.example:${port}/`, { resolve: rebinding, ...elsewhere })).toMatch(
      /timeout|connection/,
    );
    expect(answers).toBe(1);
    // The other way round: of a mixed answer only what is permitted is connected to.
    const mixed = async () => ["127.0.0.1", "198.51.100.7"];
    expect(await outcome(`http://mixed.example:${port}/`, { resolve: mixed, ...elsewhere })).toMatch(
      /timeout|connection/,
    );
    expect(asked).toEqual([]);
  });

  it("follows no redirect", async () => {
    const inside = await target();
    const { port } = await target((_request, response) =>
      response.writeHead(307, { location: `http://127.0.0.1:${inside.port}/admin` }).end(),
    );
    expect(await outcome(`http://127.0.0.1:${port}/`, { allowed: loopback })).toBe(307);
    expect(inside.asked).toEqual([]);
  });

  it("waits neither for a target that says nothing, nor for one that says it slowly", async () => {
    const silent = await rawTarget(() => undefined);
    const slow = await rawTarget((socket) => {
      const header = "HTTP/1.1 200 OK\r\nx-slow: ".split("");
      const timer = setInterval(() => socket.write(header.shift() ?? "x"), 20);
      onTestFinished(() => clearInterval(timer));
    });
    for (const port of [silent, slow]) {
      expect(await outcome(`http://127.0.0.1:${port}/`, { allowed: loopback, timeoutMs: 400 })).toBe("timeout");
    }
    const lateName: ResolveName = () => new Promise(() => undefined);
    expect(await outcome("http://slow.example/", { resolve: lateName, timeoutMs: 200 })).toBe("timeout");
  });

  it("takes the status of an answer that never ends, and no more of it than it bears", async () => {
    const sent: number[] = [];
    const { port } = await target((_request, response) => {
      const more = () => {
        sent.push(64 * 1024);
        response.write("x".repeat(64 * 1024), (error) => (error ? undefined : setImmediate(more)));
      };
      more();
    });
    expect(await outcome(`http://127.0.0.1:${port}/`, { allowed: loopback })).toBe(200);
    const sentBytes = sent.reduce((sum, each) => sum + each, 0);
    // What the kernel's buffers take at most, with room; without a bound it goes on until the time is over.
    expect(sentBytes).toBeLessThan(64 * 1024 * 1024);
    const drip = await rawTarget((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
      const timer = setInterval(() => socket.write("1\r\nx\r\n"), 20);
      onTestFinished(() => clearInterval(timer));
    });
    expect(await outcome(`http://127.0.0.1:${drip}/`, { allowed: loopback, timeoutMs: 400 })).toBe(200);
  });

  it("refuses a flood of headers, what is no HTTP, and an upgrade", async () => {
    const answers = [
      `HTTP/1.1 200 OK\r\n${`x-${"h".repeat(1000)}: 1\r\n`.repeat(40)}\r\n`,
      "220 smtp.example ESMTP\r\n",
      "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
      "",
    ];
    for (const answer of answers) {
      const port = await rawTarget((socket) => socket.end(answer));
      expect(await outcome(`http://127.0.0.1:${port}/`, { allowed: loopback })).toBe("connection");
    }
    expect(await outcome("http://127.0.0.1:9/", { allowed: loopback })).toBe("connection");
  });
});

const hasOpenssl = (() => {
  try {
    return execFileSync("openssl", ["version"]).length > 0;
  } catch {
    return false;
  }
})();

describe.skipIf(!hasOpenssl)("TLS", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "sotto-tls-"));
    const files = ["-keyout", join(folder, "key.pem"), "-out", join(folder, "cert.pem")];
    const options = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
    execFileSync("openssl", ["req", ...options, "-subj", "/CN=hooks.example", ...files], { stdio: "ignore" });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("is verified, whatever the environment says", async () => {
    const asked: string[] = [];
    const [key, cert] = [readFileSync(join(folder, "key.pem")), readFileSync(join(folder, "cert.pem"))];
    const { port } = await listening(
      createTlsServer({ key, cert }, (request, response) => {
        asked.push(request.url ?? "");
        response.end();
      }),
    );
    const resolve = async () => ["127.0.0.1"];
    const tried = () => outcome(`https://hooks.example:${port}/`, { allowed: loopback, resolve });
    expect(await tried()).toBe("tls");
    const before = process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
    process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
    onTestFinished(() => {
      if (before === undefined) delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
      else process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = before;
    });
    expect(await tried()).toBe("tls");
    expect(asked).toEqual([]);
    const plain = await target();
    expect(await outcome(`https://127.0.0.1:${plain.port}/`, { allowed: loopback })).toBe("tls");
  });
});
