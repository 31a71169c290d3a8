/** What an SFU names: the fields of LiveKit's `ICEServer`. */
export interface NamedIceServer {
  readonly urls: readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

/**
 * Of the STUN and TURN servers that an SFU names, those that the installation knows. Everybody else would learn from the
 * browser's questions who takes part in a meeting, and when.
 *
 * @param allowed `host`, for every port of it, or `host:port`; IPv6 addresses in brackets
 */
export function allowedIceServers(named: readonly NamedIceServer[], allowed: readonly string[]): RTCIceServer[] {
  const known = new Set(allowed.map((address) => address.toLowerCase()));
  return named.flatMap(({ urls, username, credential }) => {
    const kept = urls.filter((url) => addressesOf(url).some((address) => known.has(address)));
    if (kept.length === 0) return [];
    return [{ urls: kept, ...(username && { username }), ...(credential && { credential }) }];
  });
}

/** `host` and `host:port` of an ICE server's address (RFC 7064, RFC 7065); empty for what is none. */
function addressesOf(url: string): string[] {
  const [, scheme, host, port] = /^(stuns?|turns?):(\[[0-9a-f:.]+\]|[^:?[\]@/]+)(?::(\d+))?(?:\?.*)?$/i.exec(url) ?? [];
  if (scheme === undefined || host === undefined) return [];
  const name = host.toLowerCase();
  return [name, `${name}:${port ?? (/s$/i.test(scheme) ? "5349" : "3478")}`];
}
