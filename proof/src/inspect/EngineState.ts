/** Everything that nats-server and livekit-server hold, as they say themselves. */
export interface EngineState {
  streams: { account: string; name: string; storage: string; messages: number; consumers: string[] }[];
  /** What is in the control plane's buckets; `value` is null for the marker of a key that was removed. */
  entries: { bucket: string; key: string; value: string | null }[];
  /** User names of the participants' connections. */
  users: string[];
  /** The SFU's rooms and the people in them, as JSON. */
  rooms: { name: string; json: string; tracks: number }[];
}

/** The places of a state in which one of these texts occurs, and which kind of thing each one is. */
export function sightings(state: EngineState, texts: readonly string[]): string[] {
  const has = (where: string) => texts.some((text) => where.includes(text));
  return [
    ...state.streams
      .filter(({ name, consumers }) => has(name) || consumers.some(has))
      .map(
        ({ name, messages, consumers }) =>
          `stream ${name.slice(0, 8)}… (${messages} messages, ${consumers.length} consumers)`,
      ),
    ...state.entries
      .filter(({ key, value }) => value !== null && (has(key) || has(value)))
      .map(({ bucket }) => `entry in bucket ${bucket}`),
    ...state.users.filter(has).map(() => "connection"),
    ...state.rooms.filter(({ json }) => has(json)).map(({ tracks }) => `SFU room (${tracks} tracks)`),
  ];
}
