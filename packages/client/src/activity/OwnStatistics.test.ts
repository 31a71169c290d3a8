import { expect, it } from "vitest";
import type { RpcMethod } from "@sotto/protocol";
import type { CallControlPlane } from "../connection/RpcClient.ts";
import { SottoError } from "../SottoError.ts";
import { Store } from "../store/Store.ts";
import { OwnStatistics } from "./OwnStatistics.ts";

const withRpc = (rpc: RpcMethod[]) => ({ permissions: { publish: [], subscribe: true, rpc, ephemeral: [] } });

function start({ rpc = ["activity"] as RpcMethod[], answer = async () => {} } = {}) {
  const standing = new Store(withRpc(rpc));
  const calls: string[] = [];
  const call: CallControlPlane = async (method, body, schema) => {
    calls.push(`${method} ${new TextDecoder().decode(body)}`);
    await answer();
    const result = schema.safeParse({});
    if (!result.success) throw result.error;
    return result.data;
  };
  const leftMeanwhile = () => standing.set(withRpc([]));
  return { statistics: new OwnStatistics(standing, call), calls, leftMeanwhile };
}

it("is what our standing says, and asks to leave only from within", async () => {
  const within = start();
  expect(within.statistics.get()).toBe(true);
  await within.statistics.leave();
  expect(within.calls).toEqual(['activity {"included":false}']);
  const without = start({ rpc: ["hand"] });
  expect(without.statistics.get()).toBe(false);
  await without.statistics.leave();
  expect(without.calls).toEqual([]);
});

it("has failed only where we are still in them: a connection may be lost after the request was heard", async () => {
  const lost = async () => {
    throw SottoError.notConnected();
  };
  await expect(start({ answer: lost }).statistics.leave()).rejects.toMatchObject({ code: "not_connected" });
  const heard = start({
    answer: () => {
      heard.leftMeanwhile();
      return lost();
    },
  });
  await heard.statistics.leave();
  expect(heard.statistics.get()).toBe(false);
});
