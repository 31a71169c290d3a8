import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { until } from "../meetings/meetings.ts";

const waitMs = 20_000;

/** An integrator's server that takes every webhook and keeps it as it came, headers and all. */
export class WebhookListener implements AsyncDisposable {
  readonly #server: Server;
  readonly #received: { text: string; roomId: string; event: string }[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      void text(request).then((body) => {
        const { event, room } = JSON.parse(body) as { event: string; room: { room_id: string } };
        const all = `${request.url}\n${request.rawHeaders.join("\n")}\n${body}`;
        this.#received.push({ text: all, roomId: room.room_id, event });
        response.end();
      });
    });
  }

  static async start(): Promise<WebhookListener> {
    const listener = new WebhookListener();
    listener.#server.listen(0, "127.0.0.1");
    await once(listener.#server, "listening");
    return listener;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** The events of a room so far. */
  eventsOf(roomId: string): string[] {
    return this.#received.filter((each) => each.roomId === roomId).map(({ event }) => event);
  }

  /** Waits for an event of a room; false where it does not come. */
  async hears(roomId: string, event: string): Promise<boolean> {
    return until(`webhook ${event}`, waitMs, async () => this.eventsOf(roomId).includes(event)).then(
      () => true,
      () => false,
    );
  }

  /** Everything that came for a room. */
  textOf(roomId: string): string {
    return this.#received
      .filter((each) => each.roomId === roomId)
      .map((each) => each.text)
      .join("\n\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
