/** Child process of the chat bench: the many who listen. Answers every command. */
import { setTimeout as delay } from "node:timers/promises";
import { CountingClient, type CountingOptions } from "./CountingClient.ts";

/** - `open`: connects everybody. - `await`: answers when each has had so many messages since the last time. */
export type ListenerCommand = { do: "open"; clients: CountingOptions[] } | { do: "await"; count: number };
/** `at`: when everybody had them, in milliseconds; null where some did not within the time. */
export interface ListenerAnswer {
  at: number | null;
}

const pollMs = 1;
const patienceMs = 60_000;
const clients: CountingClient[] = [];

async function obey(command: ListenerCommand): Promise<ListenerAnswer> {
  if (command.do === "open") {
    for (const client of clients.splice(0)) client.close();
    for (const options of command.clients) clients.push(await CountingClient.open(options));
    return { at: now() };
  }
  const deadline = now() + patienceMs;
  while (clients.some(({ count }) => count < command.count)) {
    if (now() > deadline) return { at: null };
    await delay(pollMs);
  }
  for (const client of clients) client.count -= command.count;
  return { at: now() };
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

process.on("message", (command: ListenerCommand) => {
  obey(command).then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on("disconnect", () => process.exit(0));
