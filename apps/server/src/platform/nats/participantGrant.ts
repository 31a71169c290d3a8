import { streamName, subjects, type Permissions } from "@sotto/protocol";

/** What nats-server lets one participant's connection do. */
export interface ParticipantGrant {
  pub: { allow: string[]; deny: string[] };
  sub: { allow: string[]; deny: string[] };
  subs: number;
  payload: number;
}

/** Subscriptions one connection may hold, and the largest message it may publish. */
export const maxParticipantSubscriptions = 24;
export const maxParticipantPayloadBytes = 64 * 1024;

export interface GrantInput {
  sid: string;
  pid: string;
  inboxPrefix: string;
  permissions: Permissions;
}

/**
 * The permission set of one participant in one session: the methods it may call and the ephemeral channels it may
 * publish on now, named one by one; its inbox and what is addressed to it. Who may call `resume` also answers flow
 * control of its own deliveries, who may call `snapshot` also hears what goes to everybody, who may call `admission` what
 * goes to hosts; people who wait may do none of it. No JetStream API, no acks, no permission to answer: nats-server would
 * answer with its own rights to any reply subject a client writes there.
 */
export function participantGrant({ sid, pid, inboxPrefix, permissions }: GrantInput): ParticipantGrant {
  const publish = permissions.rpc.map((method) => subjects.rpc(sid, pid, method));
  for (const channel of permissions.ephemeral) publish.push(subjects.eph(sid, pid, channel));
  const subscribe = [`${inboxPrefix}.>`, subjects.allTo(sid, pid)];
  if (permissions.rpc.includes("resume")) {
    for (const kind of ["public", "private"] as const) publish.push(subjects.flowControl(streamName(sid, kind), pid));
  }
  if (permissions.rpc.includes("snapshot")) subscribe.push(subjects.allState(sid), subjects.allEph(sid));
  if (permissions.rpc.includes("admission")) subscribe.push(subjects.allHost(sid));
  return {
    pub: onlyThese(publish),
    sub: onlyThese(subscribe),
    subs: maxParticipantSubscriptions,
    payload: maxParticipantPayloadBytes,
  };
}

/** To nats-server an empty allow list means everything. */
function onlyThese(allow: string[]): { allow: string[]; deny: string[] } {
  return allow.length > 0 ? { allow, deny: [] } : { allow: [], deny: [">"] };
}
