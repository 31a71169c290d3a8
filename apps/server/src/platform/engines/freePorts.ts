import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";

/** The port itself, or a free one of 127.0.0.1 for 0. */
export async function tcpPort(port: number): Promise<number> {
  if (port !== 0) return port;
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port: free } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return free;
}

/** The port itself, or a free one for 0. */
export async function udpPort(port: number): Promise<number> {
  if (port !== 0) return port;
  const socket = createSocket("udp4").bind(0);
  await once(socket, "listening");
  const { port: free } = socket.address();
  socket.close();
  await once(socket, "close");
  return free;
}
