import { startStack, type Stack } from "@sotto/dev-env";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { SottoApi } from "../api/SottoApi.ts";
import type { Meeting } from "../Meeting.ts";
import { until } from "../testing/until.ts";
import { ReceiptWatch } from "./ReceiptWatch.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const hasEnded = (meeting: Meeting) => until(meeting.connection, ({ status }) => status === "ended");

test.each([
  ["by a host", "ended_by_host", (host: Meeting, _roomId: string) => host.endForAll()],
  [
    "by the API",
    "ended_by_api",
    async (_host: Meeting, room_id: string) => void (await stack.management.demand("/room/endRoom", { room_id })),
  ],
])("hosts get the receipt of a meeting that is ended %s, and nobody else does", async (_, endReason, end) => {
  const roomId = `room-${endReason}`;
  const host = await stack.headlessClient({ roomId, name: "Grace", host: true });
  const other = await stack.headlessClient({ roomId, name: "Kay", host: true });
  const guest = await stack.headlessClient({ roomId, name: "Ada" });
  await guest.chat.send("to everybody");
  await host.privateChats.with(guest.info.participantId).send("to one");
  expect([host, other, guest].map(({ receiptToken }) => receiptToken)).toEqual([null, null, null]);
  await end(host, roomId);
  await Promise.all([host, other, guest].map(hasEnded));
  expect(guest.receiptToken).toBeNull();
  for (const { receiptToken } of [host, other]) {
    const watch = new ReceiptWatch(new SottoApi(stack.origin), receiptToken!);
    onTestFinished(() => watch[Symbol.dispose]());
    await until(watch.state, ({ status }) => status === "here");
    expect(watch.state.get()).toMatchObject({
      receipt: {
        meeting: { roomId, endReason, keyModel: "server" },
        counted: { people: 3, messages: { count: 1 }, privateMessages: { count: 1 } },
        result: "gone",
      },
    });
  }
});
