/** What a page's peer connections received of one person so far. */
export interface Reception {
  framesDecoded: number;
  /** `totalAudioEnergy` of WebRTC statistics: grows only while there is sound. */
  audioEnergy: number;
}

interface Probe {
  connections: RTCPeerConnection[];
  /** By track id: which participant of the SFU it comes from. The SFU's stream ids are `<SFU participant>|<...>`. */
  sources: Map<string, string>;
}

declare global {
  // `var` is how a global is declared.
  var peerConnectionProbe: Probe;
}

/** Runs in the page before its own scripts (`addInitScript`): remembers every peer connection. */
export function installProbe(): void {
  const probe: Probe = { connections: [], sources: new Map() };
  globalThis.peerConnectionProbe = probe;
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      probe.connections.push(this);
      this.addEventListener("track", ({ track, streams }) => {
        const [source = ""] = streams[0]?.id.split("|") ?? [];
        probe.sources.set(track.id, source);
      });
    }
  };
}

/**
 * Runs in the page. What was received of the person whose picture this tile shows: the picture tells which participant
 * of the SFU it is, and that one's sound is counted.
 */
export async function receptionOf(tile: Element): Promise<Reception> {
  const { connections, sources } = globalThis.peerConnectionProbe;
  const stream = tile.querySelector("video")?.srcObject;
  const shown = stream instanceof MediaStream ? stream.getVideoTracks()[0]?.id : undefined;
  const source = shown === undefined ? undefined : sources.get(shown);
  const reception = { framesDecoded: 0, audioEnergy: 0 };
  for (const connection of connections) {
    for (const report of (await connection.getStats()).values() as Iterable<RTCInboundRtpStreamStats>) {
      if (report.type !== "inbound-rtp" || source === undefined) continue;
      if (report.trackIdentifier === shown) reception.framesDecoded += report.framesDecoded ?? 0;
      else if (report.kind === "audio" && sources.get(report.trackIdentifier) === source)
        reception.audioEnergy += report.totalAudioEnergy ?? 0;
    }
  }
  return reception;
}

/** Runs in the page. Every STUN and TURN server that it was told to use. */
export function iceServers(): string[] {
  return globalThis.peerConnectionProbe.connections.flatMap((connection) =>
    (connection.getConfiguration().iceServers ?? []).flatMap(({ urls }) => urls),
  );
}
