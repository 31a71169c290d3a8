import { ConfigError } from "../config/ConfigError.ts";
import { literalAddress } from "../platform/outbound/OutboundClient.ts";
import type { AddressPolicy } from "../platform/outbound/AddressPolicy.ts";

/**
 * What is wrong with an address that webhooks are to be sent to, as a sentence for whoever set it; null where nothing is.
 * Where a name leads is only known, and checked, at each delivery.
 */
export function webhookTargetProblem(target: string, policy: AddressPolicy): string | null {
  const url = URL.canParse(target) ? new URL(target) : null;
  if (url === null || !["http:", "https:"].includes(url.protocol)) return "it must be an http or https address";
  if (url.username !== "" || url.password !== "") {
    return "it must not hold a user name or password: webhooks are signed, see docs/webhooks.md";
  }
  const address = /^(.+\.)?localhost\.?$/i.test(url.hostname) ? "127.0.0.1" : literalAddress(url.hostname);
  if (address === null || policy.permits(address)) return null;
  return `${address} is not a public address; the operator can allow its network (webhooks.allowedNetworks)`;
}

/** Throws a ConfigError for an address of `webhooks.urls` that cannot be sent to. It is not quoted: it may hold a secret. */
export function checkWebhookUrls(urls: readonly string[], policy: AddressPolicy): void {
  for (const [index, url] of urls.entries()) {
    const problem = webhookTargetProblem(url, policy);
    if (problem !== null) throw new ConfigError(`webhooks.urls, address ${index + 1}: ${problem}`);
  }
}
