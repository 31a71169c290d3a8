import type { Attempt, SubjectLine, Target } from "./Attempt.ts";

/** Somebody else's name on what anybody may send, and what nobody but the control plane sends. */
const names: readonly SubjectLine[] = [
  ...methodsAs("the victim", ({ victim }) => `m.${victim.sid}.rpc.${victim.pid}`),
  ...methodsAs("somebody elsewhere", ({ other }) => `m.${other.sid}.rpc.${other.pid}`),
  ...methodsAs("oneself elsewhere", ({ other, self }) => `m.${other.sid}.rpc.${self.pid}`),
  ["a method that does not exist", ({ self }) => `m.${self.sid}.rpc.${self.pid}.become-host`],
  ["the end of the meeting as oneself", ({ self }) => `m.${self.sid}.rpc.${self.pid}.end-meeting`],
  ["moderation as oneself", ({ self }) => `m.${self.sid}.rpc.${self.pid}.moderate`],
  ["admission as oneself", ({ self }) => `m.${self.sid}.rpc.${self.pid}.admission`],
  ["a request below a method", ({ self }) => `m.${self.sid}.rpc.${self.pid}.snapshot.x`],
  ["a request without a method", ({ self }) => `m.${self.sid}.rpc.${self.pid}`],
  ["a request by a wildcard for the method", ({ self }) => `m.${self.sid}.rpc.${self.pid}.*`],
  ["a request by everything below", ({ self }) => `m.${self.sid}.rpc.${self.pid}.>`],
  ["a request by a wildcard for the person", ({ self }) => `m.${self.sid}.rpc.*.snapshot`],
  ["a request by a wildcard for the session", ({ self }) => `m.*.rpc.${self.pid}.snapshot`],
  ["a reaction as the victim", ({ victim }) => `m.${victim.sid}.eph.${victim.pid}.reactions`],
  ["typing as the victim", ({ victim }) => `m.${victim.sid}.eph.${victim.pid}.typing`],
  ["a reaction elsewhere", ({ other, self }) => `m.${other.sid}.eph.${self.pid}.reactions`],
  ["a reaction as somebody elsewhere", ({ other }) => `m.${other.sid}.eph.${other.pid}.reactions`],
  ["a reaction as everybody", ({ self }) => `m.${self.sid}.eph.*.reactions`],
  ["a reaction below the channel", ({ self }) => `m.${self.sid}.eph.${self.pid}.reactions.x`],
  ["a channel that does not exist", ({ self }) => `m.${self.sid}.eph.${self.pid}.chat`],
  ["every channel at once", ({ self }) => `m.${self.sid}.eph.${self.pid}.>`],
  ["a message of one's own, past the control plane", ({ self }) => `m.${self.sid}.pub.${self.pid}.chat`],
  ["a message of the victim", ({ victim }) => `m.${victim.sid}.pub.${victim.pid}.chat`],
  ["a message of the friend", ({ friend }) => `m.${friend.sid}.pub.${friend.pid}.chat`],
  ["a message on another channel", ({ self }) => `m.${self.sid}.pub.${self.pid}.whiteboard`],
  ["a message elsewhere", ({ other }) => `m.${other.sid}.pub.${other.pid}.chat`],
  ["a private message, past the control plane", ({ self, victim }) => `m.${victim.sid}.dm.${self.pid}.${victim.pid}`],
  ["a private message as the friend", ({ friend, victim }) => `m.${victim.sid}.dm.${friend.pid}.${victim.pid}`],
  ["a private message as the victim", ({ victim, self }) => `m.${victim.sid}.dm.${victim.pid}.${self.pid}`],
  ["a private message elsewhere", ({ other, self }) => `m.${other.sid}.dm.${self.pid}.${other.pid}`],
  ...["participant", "epoch", "room", "ended", "x"].map((kind): SubjectLine => [
    `state ${kind}`,
    ({ victim }) => `m.${victim.sid}.state.${kind}`,
  ]),
  ["another session's end", ({ other }) => `m.${other.sid}.state.ended`],
  ["everybody's end", () => "m.*.state.ended"],
  ...["dismissed", "epoch", "standing", "asked", "waiting", "participant", "receipt"].map((kind): SubjectLine => [
    `word of ${kind} to the victim`,
    ({ victim }) => `m.${victim.sid}.to.${victim.pid}.${kind}`,
  ]),
  ["word to oneself", ({ self }) => `m.${self.sid}.to.${self.pid}.epoch`],
  ["word to somebody elsewhere", ({ other }) => `m.${other.sid}.to.${other.pid}.dismissed`],
  ["word to hosts", ({ victim }) => `m.${victim.sid}.host.waiting`],
  ["the victim's deliveries", ({ victim }) => `${victim.inbox}.s`],
  ["the victim's private deliveries", ({ victim }) => `${victim.inbox}.d`],
  ["an answer to the victim", ({ victim }) => `${victim.inbox}.r.x`],
  ["one's own deliveries", ({ self }) => `${self.inbox}.s`],
  ["an answer to oneself", ({ self }) => `${self.inbox}.r.x`],
  ["an inbox elsewhere", ({ other }) => `${other.inbox}.s`],
  ["library inboxes", () => "_INBOX.x.y"],
  ["an answer to the control plane from the streams", () => "_C.streams.x"],
  ["an answer to the control plane from the state", () => "_C.state.x"],
  ["an answer to the control plane from the system", () => "_C.system.x"],
  ["an answer to the auth callout", () => "$SYS._INBOX.x"],
  ["a subject of nobody", () => "x"],
  ["a capital letter", ({ self }) => `M.${self.sid}.rpc.${self.pid}.snapshot`],
  ["everything", () => ">"],
];

/** What JetStream does for whoever may ask. Bodies are such that it would be done. */
const api: readonly (readonly [string, (target: Target) => string, ((target: Target) => object)?])[] = [
  ["account information", () => "INFO"],
  ["names of streams", () => "STREAM.NAMES"],
  ["list of streams", () => "STREAM.LIST"],
  ["purge of the account", () => "ACCOUNT.PURGE.MEET"],
  ["a leader's end", () => "META.LEADER.STEPDOWN"],
  ["removal of a server", () => "SERVER.REMOVE", () => ({ peer: "x" })],
  [
    "a stream of one's own over everybody's subjects",
    ({ marker }) => `STREAM.CREATE.${marker}`,
    ({ marker }) => ({ name: marker, subjects: ["m.>"], storage: "memory" }),
  ],
  [
    "a stream that mirrors the victim's",
    ({ marker }) => `STREAM.CREATE.${marker}m`,
    ({ marker, victim }) => ({ name: `${marker}m`, mirror: { name: `D_${victim.sid}` }, storage: "memory" }),
  ],
  [
    "a stream that takes from the victim's",
    ({ marker }) => `STREAM.CREATE.${marker}s`,
    ({ marker, victim }) => ({ name: `${marker}s`, sources: [{ name: `D_${victim.sid}` }], storage: "memory" }),
  ],
  ...(["S", "D"] as const).flatMap((kind) => ofStream(kind)),
  ...["rooms", "participants", "keys", "openings", "files", "successors", "used"].flatMap(ofBucket),
];

function ofStream(kind: "S" | "D"): typeof api {
  const of = kind === "S" ? "the stream" : "the private stream";
  const name = ({ victim }: Target) => `${kind}_${victim.sid}`;
  const consumer = ({ self, marker, victim }: Target) => ({
    stream_name: `${kind}_${victim.sid}`,
    config: { name: marker, deliver_subject: `${self.inbox}.x`, ack_policy: "none", deliver_policy: "all" },
  });
  return [
    [`${of}: information`, (target) => `STREAM.INFO.${name(target)}`],
    [
      `${of}: other limits`,
      (target) => `STREAM.UPDATE.${name(target)}`,
      (target) => ({
        name: name(target),
        subjects: [`m.${target.victim.sid}.pub.*.*`],
        storage: "memory",
        max_msgs: 1,
      }),
    ],
    [`${of}: purge`, (target) => `STREAM.PURGE.${name(target)}`],
    [
      `${of}: purge of the victim's`,
      (target) => `STREAM.PURGE.${name(target)}`,
      ({ victim }) => ({ filter: `m.${victim.sid}.*.${victim.pid}.>` }),
    ],
    [`${of}: a message`, (target) => `STREAM.MSG.GET.${name(target)}`, () => ({ seq: 1 })],
    [`${of}: a message away`, (target) => `STREAM.MSG.DELETE.${name(target)}`, () => ({ seq: 1 })],
    [`${of}: a message directly`, (target) => `DIRECT.GET.${name(target)}`, () => ({ seq: 1 })],
    [
      `${of}: the last of a subject directly`,
      (target) => `DIRECT.GET.${name(target)}.m.${target.victim.sid}.pub.${target.victim.pid}.chat`,
    ],
    [
      `${of}: snapshot`,
      (target) => `STREAM.SNAPSHOT.${name(target)}`,
      ({ self }) => ({ deliver_subject: `${self.inbox}.x` }),
    ],
    [`${of}: restore`, (target) => `STREAM.RESTORE.${name(target)}`],
    [`${of}: without its peer`, (target) => `STREAM.PEER.REMOVE.${name(target)}`],
    [`${of}: another leader`, (target) => `STREAM.LEADER.STEPDOWN.${name(target)}`],
    [`${of}: names of consumers`, (target) => `CONSUMER.NAMES.${name(target)}`],
    [`${of}: list of consumers`, (target) => `CONSUMER.LIST.${name(target)}`],
    [`${of}: the victim's consumer`, (target) => `CONSUMER.INFO.${name(target)}.${target.victim.pid}`],
    [`${of}: a consumer of one's own`, (target) => `CONSUMER.CREATE.${name(target)}`, consumer],
    [`${of}: a consumer with a name`, (target) => `CONSUMER.CREATE.${name(target)}.${target.marker}`, consumer],
    [
      `${of}: a consumer with a filter`,
      (target) => `CONSUMER.CREATE.${name(target)}.${target.marker}.m.${target.victim.sid}.>`,
      consumer,
    ],
    [`${of}: a durable consumer`, (target) => `CONSUMER.DURABLE.CREATE.${name(target)}.${target.marker}`, consumer],
    [
      `${of}: the next message of the victim's consumer`,
      (target) => `CONSUMER.MSG.NEXT.${name(target)}.${target.victim.pid}`,
    ],
    [
      `${of}: a pause of the victim's consumer`,
      (target) => `CONSUMER.PAUSE.${name(target)}.${target.victim.pid}`,
      () => ({ pause_until: "2099-01-01T00:00:00Z" }),
    ],
    [
      `${of}: another leader of the victim's consumer`,
      (target) => `CONSUMER.LEADER.STEPDOWN.${name(target)}.${target.victim.pid}`,
    ],
    [`${of}: the victim's consumer away`, (target) => `CONSUMER.DELETE.${name(target)}.${target.victim.pid}`],
    [`${of}: away`, (target) => `STREAM.DELETE.${name(target)}`],
  ];
}

function ofBucket(bucket: string): typeof api {
  return [
    [`bucket ${bucket}: a value`, () => `DIRECT.GET.KV_${bucket}`, () => ({ seq: 1 })],
    [`bucket ${bucket}: a message`, () => `STREAM.MSG.GET.KV_${bucket}`, () => ({ seq: 1 })],
    [`bucket ${bucket}: purge`, () => `STREAM.PURGE.KV_${bucket}`],
    [`bucket ${bucket}: away`, () => `STREAM.DELETE.KV_${bucket}`],
  ];
}

const server: readonly SubjectLine[] = [
  ["the victim's acknowledgement", ({ victim }) => `$JS.ACK.S_${victim.sid}.${victim.pid}.1.1.1.1.0`],
  ["an acknowledgement of one's own", ({ self }) => `$JS.ACK.S_${self.sid}.${self.pid}.1.1.1.1.0`],
  ["an acknowledgement with a domain", ({ victim }) => `$JS.ACK._.x.S_${victim.sid}.${victim.pid}.1.1.1.1.0.x`],
  ["the victim's flow control", ({ victim }) => `$JS.FC.S_${victim.sid}.${victim.pid}.x`],
  ["the victim's private flow control", ({ victim }) => `$JS.FC.D_${victim.sid}.${victim.pid}.x`],
  ["flow control elsewhere", ({ other }) => `$JS.FC.S_${other.sid}.${other.pid}.x`],
  ["everybody's flow control", ({ self }) => `$JS.FC.S_${self.sid}.*.x`],
  ["the JetStream API of a domain", ({ victim }) => `$JS.hub.API.STREAM.PURGE.S_${victim.sid}`],
  ["the internal JetStream API", () => "$JSC.R.x"],
  ["an advisory", ({ victim }) => `$JS.EVENT.ADVISORY.STREAM.DELETED.S_${victim.sid}`],
  ["a key of the session", ({ victim }) => `$KV.keys.${victim.sid}`],
  ["a person's record", ({ victim }) => `$KV.participants.${victim.sid}.${victim.pid}`],
  ["one's own record", ({ self }) => `$KV.participants.${self.sid}.${self.pid}`],
  ["a room's record", () => "$KV.rooms.x"],
  ["an object", () => "$O.x.C.y"],
  ["a service's ping", () => "$SRV.PING"],
  ["a service's information", () => "$SRV.INFO"],
  ["a kick", () => "$SYS.REQ.SERVER.x.KICK"],
  ["a server's reload", () => "$SYS.REQ.SERVER.x.RELOAD"],
  ["a server's variables", () => "$SYS.REQ.SERVER.PING.VARZ"],
  ["connections", () => "$SYS.REQ.SERVER.PING.CONNZ"],
  ["streams of all accounts", () => "$SYS.REQ.SERVER.PING.JSZ"],
  ["subscriptions", () => "$SYS.REQ.SERVER.PING.SUBSZ"],
  ["profiles of the server's memory", () => "$SYS.REQ.SERVER.PING.PROFILEZ"],
  ["the account's connections", () => "$SYS.REQ.ACCOUNT.MEET.CONNZ"],
  ["the account's subscriptions", () => "$SYS.REQ.ACCOUNT.MEET.SUBSZ"],
  ["the state's account", () => "$SYS.REQ.ACCOUNT.CORE.INFO"],
  ["the account's claims", () => "$SYS.REQ.CLAIMS.UPDATE"],
  ["the account's claims, by lookup", () => "$SYS.REQ.ACCOUNT.CORE.CLAIMS.LOOKUP"],
  ["one's own permissions", () => "$SYS.REQ.USER.INFO"],
  ["the auth callout", () => "$SYS.REQ.USER.AUTH"],
  ["somebody's disconnect", () => "$SYS.ACCOUNT.MEET.DISCONNECT"],
  ["a server's shutdown", () => "$SYS.SERVER.x.SHUTDOWN"],
  ["raft", () => "$NRG.V.x"],
  ["a gateway reply", ({ victim }) => `_GR_.x.y.${victim.inbox}.s`],
  ["a service's reply", () => "_R_.x.y"],
  ["MQTT", () => "$MQTT.msgs.x"],
];

function methodsAs(who: string, prefix: (target: Target) => string): SubjectLine[] {
  const methods = ["resume", "snapshot", "pub-chat", "pub-private", "file-upload", "file-download", "epochs"];
  const rest = ["epoch-staged", "hand", "moderate", "admission", "leave", "end-meeting"];
  return [...methods, ...rest].map((method) => [`${method} as ${who}`, (target) => `${prefix(target)}.${method}`]);
}

/** With a reply into the attacker's own inbox: what is answered is read there. */
function publish(name: string, subject: (target: Target) => string, body: (target: Target) => object): Attempt {
  return {
    name,
    must: "be refused",
    act(raw, target) {
      const text = JSON.stringify({ ...body(target), marker: target.marker });
      raw.publish(subject(target), text, `${target.self.inbox}.r.x`);
    },
  };
}

/** Publishing under other names, or what only the control plane says. */
export const publishing: readonly Attempt[] = names.map(([name, subject]) => publish(name, subject, () => ({})));

/** Reaching for JetStream and for nats-server itself. */
export const reaching: readonly Attempt[] = [
  ...api.map(
    ([name, subject, body]) =>
      ({
        ...publish(
          name,
          (target) => `$JS.API.${subject(target)}`,
          () => ({}),
        ),
        act: (raw, target) =>
          raw.publish(
            `$JS.API.${subject(target)}`,
            body ? JSON.stringify(body(target)) : "",
            `${target.self.inbox}.r.x`,
          ),
      }) satisfies Attempt,
  ),
  ...server.map(([name, subject]) => publish(name, subject, () => ({}))),
];

/** What every member may do, and nobody who waits, left or is elsewhere. */
export const membersRights: readonly Attempt[] = [
  ...(
    ["resume", "snapshot", "pub-chat", "pub-private", "file-upload", "file-download", "epochs", "epoch-staged"] as const
  ).map((method) =>
    publish(
      `${method} in the session`,
      ({ self, victim }) => `m.${victim.sid}.rpc.${self.pid}.${method}`,
      () => ({}),
    ),
  ),
  ...(["reactions", "typing"] as const).map((channel) =>
    publish(
      `${channel} in the session`,
      ({ self, victim }) => `m.${victim.sid}.eph.${self.pid}.${channel}`,
      () => ({}),
    ),
  ),
  publish(
    "flow control in the session",
    ({ self, victim }) => `$JS.FC.S_${victim.sid}.${self.pid}.x`,
    () => ({}),
  ),
  ...(["eph.*.*", "state.>", "state.participant", "state.ended"] as const).map((subject): Attempt => ({
    name: `${subject} of the session`,
    must: "be refused",
    act: (raw, { victim }) => raw.subscribe(`m.${victim.sid}.${subject}`),
  })),
];
