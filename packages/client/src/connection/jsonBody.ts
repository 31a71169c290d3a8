/** The body of a request to the control plane. */
export function jsonBody(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
