import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { FrameSink } from "./FrameSink.ts";

test("what it sends arrives as it was, whatever its length, and so do the library's own frames", async () => {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
  await once(server, "listening");
  const receiver = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const received: [Buffer, boolean][] = [];
  receiver.on("message", (data: Buffer, isBinary) => received.push([data, isBinary]));
  const [client, request] = (await once(server, "connection")) as [WebSocket, IncomingMessage];
  const sink = new FrameSink(client, request.socket);
  const messages = [0, 1, 125, 126, 65_535, 65_536, 200_000].map((length, index) => Buffer.alloc(length, index));
  for (const message of messages) {
    sink.send(message, { binary: true }, () => undefined);
    client.ping();
  }
  await new Promise<void>((resolve) => sink.send(Buffer.from("text"), { binary: false }, resolve));
  expect(sink.bufferedAmount).toBe(0);
  client.close(4000, "enough");
  expect((await once(receiver, "close"))[0]).toBe(4000);
  expect(received).toEqual([...messages.map((message) => [message, true]), [Buffer.from("text"), false]]);
  expect(sink.readyState).not.toBe(sink.OPEN);
  server.close();
});
