import type { Msg, NatsConnection } from "@nats-io/nats-core";

/** Hands on what comes on a subject of the control plane. `kind`: the subject's last token. */
export function subscribeJson(
  nats: NatsConnection,
  subject: string,
  handler: (kind: string, value: unknown) => void,
): void {
  nats.subscribe(subject, {
    callback: (error, message) => {
      const value = error ? undefined : readJson(message);
      if (value !== undefined) handler(message.subject.slice(message.subject.lastIndexOf(".") + 1), value);
    },
  });
}

/** Undefined for what is no JSON: nobody but the control plane can publish here, so a newer one may. */
function readJson(message: Msg): unknown {
  try {
    return message.json();
  } catch {
    return undefined;
  }
}
