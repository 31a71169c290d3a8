import { headers, type MsgHdrs } from "@nats-io/nats-core";

const operationHeader = "KV-Operation";

/** Headers of the marker that replaces a purged key, as NATS KV writes them. */
export function kvMarkerHeaders(): MsgHdrs {
  const marker = headers();
  marker.set(operationHeader, "PURGE");
  marker.set("Nats-Rollup", "sub");
  return marker;
}

/** Whether a stored message is the marker of a purged key. */
export function isKvMarker(messageHeaders: MsgHdrs | undefined): boolean {
  return messageHeaders?.has(operationHeader) ?? false;
}
