import { pino } from "pino";
import { generateNatsKeys } from "../../nats/natsKeys.ts";
import { startNatsServer } from "../startNatsServer.ts";

/** A process that starts nats-server, tells its port, and waits to be killed. */
const [, , binary = "", directory = ""] = process.argv;
const { server } = await startNatsServer({
  binary,
  directory,
  keys: generateNatsKeys(),
  clientPort: 0,
  websocketPort: 0,
  maxMemoryBytes: 64 * 1024 * 1024,
  log: pino({ level: "silent" }),
});
process.stdout.write(`${server}\n`);
setInterval(() => {}, 60_000);
