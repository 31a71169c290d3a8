import { Resolver } from "node:dns/promises";

/** Gives the addresses of a host name, none where there are none. */
export type ResolveName = (name: string, signal: AbortSignal) => Promise<string[]>;

/**
 * Asks DNS, and not the system's resolver: a name server that takes its time would hold one of the few threads in which
 * the system resolves, and soon all of them. The hosts file is not read; `localhost` is known all the same.
 */
export const resolveName: ResolveName = async (name, signal) => {
  if (/^(.+\.)?localhost\.?$/i.test(name)) return ["127.0.0.1", "::1"];
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  const cancel = () => resolver.cancel();
  signal.addEventListener("abort", cancel, { once: true });
  try {
    const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    return answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  } finally {
    signal.removeEventListener("abort", cancel);
  }
};
