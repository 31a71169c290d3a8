import { stringify } from "yaml";

/** How media reaches the SFU. */
export interface MediaNetwork {
  udpPort: number;
  tcpPort: number;
  /** The address people's browsers send media to. `127.0.0.1` is an installation for this machine only. */
  nodeIp: string;
}

export interface LiveKitYamlInput extends MediaNetwork {
  /** Signalling and API; always on loopback, behind the control plane's proxy. */
  signalPort: number;
  /** Whose requests it signs its reports with. */
  apiKey: string;
  /** Where it reports what is published. */
  eventsUrl: string;
}

/**
 * livekit.yaml. API secrets are not in it: they go through the environment. Rooms exist only when the control plane makes
 * them, and everything that would call home or a third party is off; what is published is reported to the control plane.
 */
export function renderLiveKitYaml(input: LiveKitYamlInput): string {
  const { signalPort, apiKey, eventsUrl, udpPort, tcpPort, nodeIp } = input;
  const loopback = nodeIp === "127.0.0.1";
  return stringify({
    port: signalPort,
    bind_addresses: ["127.0.0.1"],
    rtc: {
      udp_port: udpPort,
      tcp_port: tcpPort,
      node_ip: nodeIp,
      use_external_ip: false,
      // With none named LiveKit sends every browser to public STUN servers. The SFU's address is known: none is needed.
      stun_servers: [`${nodeIp}:${udpPort}`],
      enable_loopback_candidate: loopback,
      ...(loopback && { interfaces: { includes: ["lo"] } }),
    },
    webhook: { api_key: apiKey, urls: [eventsUrl] },
    room: { auto_create: false, enable_remote_unmute: false },
    logging: { level: "warn", pion_level: "error", json: true },
  });
}
