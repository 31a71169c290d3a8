import { subjects, type Permissions } from "@sotto/protocol";
import { sealedBody, sealedBodyTo, type Attempt, type SubjectLine, type Target } from "./Attempt.ts";

/** Where an answer would do something if it were sent with the rights of nats-server or of the control plane. */
const replies: readonly SubjectLine[] = [
  ["an answer to the victim", ({ victim }) => `${victim.inbox}.r.x`],
  ["the victim's deliveries", ({ victim }) => `${victim.inbox}.s`],
  ["the victim's private deliveries", ({ victim }) => `${victim.inbox}.d`],
  ["an answer to somebody elsewhere", ({ other }) => `${other.inbox}.r.x`],
  ["one's own deliveries", ({ self }) => `${self.inbox}.s`],
  ["one's own inbox, not among the answers", ({ self }) => `${self.inbox}.rx.y`],
  ["no answer in particular", ({ self }) => `${self.inbox}.r`],
  ["every answer", ({ self }) => `${self.inbox}.r.*`],
  ["everything below the answers", ({ self }) => `${self.inbox}.r.>`],
  ["every inbox", () => "_I.*.r.x"],
  ["the end of the session", ({ victim }) => `m.${victim.sid}.state.ended`],
  ["the list of people", ({ victim }) => `m.${victim.sid}.state.participant`],
  ["word to the victim", ({ victim }) => `m.${victim.sid}.to.${victim.pid}.dismissed`],
  ["keys for the victim", ({ victim }) => `m.${victim.sid}.to.${victim.pid}.epoch`],
  ["word to hosts", ({ victim }) => `m.${victim.sid}.host.waiting`],
  ["a message of the victim", ({ victim }) => `m.${victim.sid}.pub.${victim.pid}.chat`],
  ["a private message of the friend", ({ friend, victim }) => `m.${victim.sid}.dm.${friend.pid}.${victim.pid}`],
  ["a reaction of the victim", ({ victim }) => `m.${victim.sid}.eph.${victim.pid}.reactions`],
  ["a request of the victim", ({ victim }) => `m.${victim.sid}.rpc.${victim.pid}.leave`],
  ["a purge of the stream", ({ victim }) => `$JS.API.STREAM.PURGE.S_${victim.sid}`],
  ["the private stream away", ({ victim }) => `$JS.API.STREAM.DELETE.D_${victim.sid}`],
  ["the victim's consumer away", ({ victim }) => `$JS.API.CONSUMER.DELETE.S_${victim.sid}.${victim.pid}`],
  ["an acknowledgement", ({ victim }) => `$JS.ACK.S_${victim.sid}.${victim.pid}.1.1.1.1.0`],
  ["the victim's flow control", ({ victim }) => `$JS.FC.S_${victim.sid}.${victim.pid}.x`],
  ["a key in the bucket", ({ victim }) => `$KV.keys.${victim.sid}`],
  ["a kick", () => "$SYS.REQ.SERVER.x.KICK"],
  ["the auth callout", () => "$SYS.REQ.USER.AUTH"],
  ["the control plane's inbox", () => "_C.state.x"],
  ["a library's inbox", () => "_INBOX.x"],
];

/** What a request needs to be carried out. */
const bodies: Readonly<Record<string, (target: Target) => string | Uint8Array>> = {
  resume: () => JSON.stringify({ after: { public: 0, private: 0 } }),
  "pub-chat": (target) => sealedBody(target),
  "pub-private": (target) => sealedBodyTo(target.victim.pid, target),
  "file-upload": () => JSON.stringify({ bytes: 4200 }),
  "file-download": () => JSON.stringify({ fileId: "x" }),
  "epoch-staged": () => JSON.stringify({ epoch: 0 }),
};

/**
 * Everything that the attacker may publish, with every reply subject at which an answer would do harm. nats-server takes
 * these: what must stop them is that the control plane answers nobody but the caller.
 */
export function forgedReplies(permissions: Permissions): readonly Attempt[] {
  const allowed: {
    name: string;
    subject: (target: Target) => string;
    body: (target: Target) => string | Uint8Array;
  }[] = [
    ...permissions.rpc.map((method) => ({
      name: method,
      subject: ({ self }: Target) => subjects.rpc(self.sid, self.pid, method),
      body: bodies[method] ?? (() => ""),
    })),
    ...permissions.ephemeral.map((channel) => ({
      name: channel,
      subject: ({ self }: Target) => subjects.eph(self.sid, self.pid, channel),
      body: ({ marker }: Target) => marker,
    })),
    ...(["S", "D"] as const).map((kind) => ({
      name: `flow control of ${kind}`,
      subject: ({ self }: Target) => `$JS.FC.${kind}_${self.sid}.${self.pid}.x`,
      body: ({ marker }: Target) => marker,
    })),
  ];
  return allowed.flatMap(({ name, subject, body }) =>
    replies.map(([where, reply]) => ({
      name: `${name}, to be answered at: ${where}`,
      must: "change nothing" as const,
      act: (raw, target) => raw.publish(subject(target), body(target), reply(target)),
    })),
  );
}
