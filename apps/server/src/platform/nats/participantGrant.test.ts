import { permissionsOf } from "@sotto/protocol";
import { expect, test } from "vitest";
import { participantGrant } from "./participantGrant.ts";

const sid = "AAAAAAAAAAAAAAAAAAAAAA";
const pid = "p_BBBBBBBBBBBBBBBB";
const inboxPrefix = "_I.CCCCCCCCCCCCCCCCCCCCCC";
const media = { publish: [], subscribe: true, ephemeral: [] };
const own = [`${inboxPrefix}.>`, `m.${sid}.to.${pid}.>`];

test.each([
  {
    who: "a host",
    rpc: ["resume", "snapshot", "leave", "pub-chat", "pub-private", "admission", "end-meeting"] as const,
    ephemeral: ["reactions", "typing"] as const,
    pub: [
      `m.${sid}.rpc.${pid}.resume`,
      `m.${sid}.rpc.${pid}.snapshot`,
      `m.${sid}.rpc.${pid}.leave`,
      `m.${sid}.rpc.${pid}.pub-chat`,
      `m.${sid}.rpc.${pid}.pub-private`,
      `m.${sid}.rpc.${pid}.admission`,
      `m.${sid}.rpc.${pid}.end-meeting`,
      `m.${sid}.eph.${pid}.reactions`,
      `m.${sid}.eph.${pid}.typing`,
      `$JS.FC.S_${sid}.${pid}.*`,
      `$JS.FC.D_${sid}.${pid}.*`,
    ],
    sub: [...own, `m.${sid}.state.>`, `m.${sid}.eph.*.*`, `m.${sid}.host.>`],
  },
  {
    who: "a participant whose chat is locked",
    rpc: ["resume", "snapshot", "leave"] as const,
    ephemeral: ["reactions"] as const,
    pub: [
      `m.${sid}.rpc.${pid}.resume`,
      `m.${sid}.rpc.${pid}.snapshot`,
      `m.${sid}.rpc.${pid}.leave`,
      `m.${sid}.eph.${pid}.reactions`,
      `$JS.FC.S_${sid}.${pid}.*`,
      `$JS.FC.D_${sid}.${pid}.*`,
    ],
    sub: [...own, `m.${sid}.state.>`, `m.${sid}.eph.*.*`],
  },
  {
    who: "somebody who waits",
    rpc: ["leave"] as const,
    ephemeral: [],
    pub: [`m.${sid}.rpc.${pid}.leave`],
    sub: own,
  },
])("$who gets exactly this", ({ rpc, ephemeral, pub, sub }) => {
  const grant = participantGrant({
    sid,
    pid,
    inboxPrefix,
    permissions: { ...media, rpc: [...rpc], ephemeral: [...ephemeral] },
  });
  expect(grant).toEqual({
    pub: { allow: pub, deny: [] },
    sub: { allow: sub, deny: [] },
    subs: 24,
    payload: 65_536,
  });
});

test("who may call nothing may publish nothing: an empty allow list would mean everything", () => {
  const grant = participantGrant({ sid, pid, inboxPrefix, permissions: { ...media, rpc: [] } });
  expect(grant.pub).toEqual({ allow: [], deny: [">"] });
});

test("whoever waits hears nothing that goes to everybody and has no deliveries", () => {
  const waiting = permissionsOf({
    role: "participant",
    waiting: true,
    hidden: false,
    features: {} as never,
    locks: {} as never,
    service: null,
  });
  const grant = participantGrant({ sid, pid, inboxPrefix, permissions: waiting });
  expect(grant.sub.allow).toEqual(own);
  expect(grant.pub.allow.filter((subject) => !subject.startsWith(`m.${sid}.rpc.${pid}.`))).toEqual([]);
});
