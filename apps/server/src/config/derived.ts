import type { Config } from "./configSchema.ts";

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

/** Whether the server can only be reached from the machine it runs on. */
export function isLoopback({ server }: Pick<Config, "server">): boolean {
  return loopback.test(server.host);
}

/** Whether anybody may open a meeting from the landing page: as configured, else on a server for one machine only. */
export function guestsMayOpenMeetings(config: Pick<Config, "guests" | "server">): boolean {
  return config.guests.mayOpenMeetings ?? isLoopback(config);
}
