import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";

/** Somebody whom no page has a reason to talk to: hears every UDP packet and TCP connection. For tests. */
export class ForeignHost implements AsyncDisposable {
  readonly port: number;
  /** How often anybody came. */
  contacts = 0;
  readonly #udp: Socket;
  readonly #tcp: Server;

  static async listen(): Promise<ForeignHost> {
    const tcp = createServer().listen(0, "127.0.0.1");
    await once(tcp, "listening");
    const udp = createSocket("udp4").bind((tcp.address() as AddressInfo).port, "127.0.0.1");
    await once(udp, "listening");
    return new ForeignHost(udp, tcp);
  }

  private constructor(udp: Socket, tcp: Server) {
    this.port = udp.address().port;
    this.#udp = udp.on("message", () => void this.contacts++);
    this.#tcp = tcp.on("connection", (socket) => {
      this.contacts++;
      socket.on("error", () => undefined).destroy();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#tcp, "close");
    this.#udp.close();
    this.#tcp.close();
    await closed;
  }
}
