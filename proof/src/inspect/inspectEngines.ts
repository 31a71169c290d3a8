/** Child process of `Inspector.ts`: `node inspectEngines.ts DATA_FOLDER`, answers each message with an `EngineState`. */
import { nkeyAuthenticator, RequestError, type NatsConnection } from "@nats-io/nats-core";
import { connect } from "@nats-io/transport-node";
import { RoomServiceClient } from "livekit-server-sdk";
import { engineAccessOf, type EngineAccess } from "./engineAccess.ts";
import type { EngineState } from "./EngineState.ts";

interface StreamDetail {
  name: string;
  state: { messages: number };
  config: { storage: string };
  consumer_detail?: { name: string }[];
}
interface JszAnswer {
  data: { account_details?: { name: string; stream_detail?: StreamDetail[] }[] };
}
interface ConnzAnswer {
  data: { connections?: { authorized_user?: string }[] };
}
interface StoredMessage {
  message?: { subject: string; seq: number; hdrs?: string; data?: string };
}

const stateAccount = "CORE";
const participantsAccount = "MEET";

class EngineEyes {
  readonly #system: NatsConnection;
  readonly #state: NatsConnection;
  readonly #rooms: RoomServiceClient;

  private constructor(system: NatsConnection, state: NatsConnection, rooms: RoomServiceClient) {
    this.#system = system;
    this.#state = state;
    this.#rooms = rooms;
  }

  static async open({ nats, seeds, livekit }: EngineAccess): Promise<EngineEyes> {
    const as = (service: "system" | "state") =>
      connect({
        servers: nats,
        authenticator: nkeyAuthenticator(new TextEncoder().encode(seeds[service])),
        inboxPrefix: `_C.${service}`,
      });
    const rooms = new RoomServiceClient(livekit.url, livekit.key, livekit.secret);
    return new EngineEyes(await as("system"), await as("state"), rooms);
  }

  async look(): Promise<EngineState> {
    const streams = await this.#streams();
    const buckets = streams.filter(({ account, name }) => account === stateAccount && name.startsWith("KV_"));
    const [entries, users, rooms] = await Promise.all([
      Promise.all(buckets.map(({ name }) => this.#entriesOf(name))),
      this.#users(),
      this.#roomsOfSfu(),
    ]);
    return { streams, entries: entries.flat(), users, rooms };
  }

  async #streams(): Promise<EngineState["streams"]> {
    const query = { accounts: true, streams: true, consumer: true, config: true };
    const { data } = await this.#ask<JszAnswer>("$SYS.REQ.SERVER.PING.JSZ", query);
    return (data.account_details ?? []).flatMap(({ name: account, stream_detail = [] }) =>
      stream_detail.map(({ name, config, state, consumer_detail = [] }) => ({
        account,
        name,
        storage: config.storage,
        messages: state.messages,
        consumers: consumer_detail.map((consumer) => consumer.name),
      })),
    );
  }

  /** One message after the other: keys that nobody expects are seen too. */
  async #entriesOf(stream: string): Promise<EngineState["entries"]> {
    const bucket = stream.slice("KV_".length);
    const entries: EngineState["entries"] = [];
    for (let from = 1; ;) {
      const query = { seq: from, next_by_subj: ">" };
      const answer = await this.#state.request(`$JS.API.STREAM.MSG.GET.${stream}`, JSON.stringify(query));
      const { message } = answer.json<StoredMessage>();
      if (message === undefined) return entries;
      const isMarker = decode(message.hdrs).includes("KV-Operation");
      const key = message.subject.slice(`$KV.${bucket}.`.length);
      entries.push({ bucket, key, value: isMarker ? null : decode(message.data) });
      from = message.seq + 1;
    }
  }

  async #users(): Promise<string[]> {
    const subject = `$SYS.REQ.ACCOUNT.${participantsAccount}.CONNZ`;
    const { data } = await this.#ask<ConnzAnswer>(subject, { auth: true, limit: 65_536 });
    return (data.connections ?? []).flatMap((connection) => connection.authorized_user ?? []);
  }

  async #roomsOfSfu(): Promise<EngineState["rooms"]> {
    const rooms = await this.#rooms.listRooms();
    return Promise.all(
      rooms.map(async (room) => {
        const participants = await this.#rooms.listParticipants(room.name);
        const texts = [room.toJson(), ...participants.map((participant) => participant.toJson())];
        const tracks = participants.reduce((sum, participant) => sum + participant.tracks.length, 0);
        return { name: room.name, json: JSON.stringify(texts), tracks };
      }),
    );
  }

  async #ask<T>(subject: string, query: object): Promise<T> {
    try {
      return (await this.#system.request(subject, JSON.stringify(query), { timeout: 5_000 })).json<T>();
    } catch (error) {
      if (error instanceof RequestError) throw new Error(`${subject}: ${error.message}`, { cause: error });
      throw error;
    }
  }
}

function decode(base64: string | undefined): string {
  return Buffer.from(base64 ?? "", "base64").toString();
}

const [dataFolder = ""] = process.argv.slice(2);
const eyes = EngineEyes.open(engineAccessOf(dataFolder));
eyes.catch(() => undefined); // told with the first answer
process.on("message", () => {
  eyes
    .then((opened) => opened.look())
    .then(
      (state) => process.send?.({ state }),
      (error: unknown) => process.send?.({ error: String(error) }),
    );
});
process.on("disconnect", () => process.exit(0));
