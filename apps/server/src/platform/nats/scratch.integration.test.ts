import { test } from "vitest";
import { RawNatsClient } from "./testing/RawNatsClient.ts";
import { newSessionId, serveSeats, startTestNats } from "./testing/startTestNats.ts";
test("trace", async () => {
  const nats = await startTestNats();
  serveSeats(nats);
  const sid = newSessionId();
  const seats = Array.from({ length: 50 }, () => nats.seat(sid));
  const clients = await Promise.all(seats.map((s) => RawNatsClient.connect(nats.server.websocketUrl, s)));
  for (const c of clients) {
    c.subscribe(`m.${sid}.eph.*.*`);
    await c.ping();
  }
  const s = `m.${sid}.eph.${seats[0]!.pid}.reactions`;
  clients[0]!.publishWithHeaders(s, { "Nats-Trace-Dest": s }, "");
  await clients[0]!.ping();
  await new Promise((r) => setTimeout(r, 500));
  console.log(
    clients[1]!.messages.map((m) => [
      m.subject.slice(-10),
      m.headers.length,
      m.body.length,
      m.body.toString().slice(0, 1500),
    ]),
  );
  console.log(clients[0]!.errors);
  await nats[Symbol.asyncDispose]();
});
