import { recordInstallation, whyNotRecorded } from "../egress/inNamespace.ts";
import { describePacket, type Packet } from "../egress/readPcap.ts";
import type { Recorded } from "../egress/Recorder.ts";
import type { Ledger } from "../Ledger.ts";
import { defineProof } from "../Proof.ts";

/** Nothing leaves an installation, nor the browsers of its people, for anywhere else. */
export const p10 = defineProof({
  promise: "P10",
  title: "no telemetry, no third party",
  needs: ["ownMachine"],
  async carryOut(_installation, ledger) {
    const reason = await whyNotRecorded();
    if (reason !== null) return ledger.noteSkipped("everything", reason);
    const { npmStart, idle, meeting, afterwards, control } = await recordInstallation();

    const seen = control.packets.map(describePacket);
    for (const { what, seenAs } of control.planted)
      ledger.noteControl(`${what} is recorded`, seen.includes(seenAs), seenAs);
    ledger.noteControl(
      "connections to elsewhere are seen in the list of sockets",
      control.sockets.some((socket) => socket.endsWith("tcp 198.51.100.7:80")),
      control.sockets.join("; "),
    );

    noteSilence(ledger, "npm start in a built checkout, until it serves and is stopped", npmStart);
    noteSilence(ledger, "servers that start and have nothing to do", idle);
    noteSilence(ledger, "servers after a meeting", afterwards);

    const { browserHosts, pageHosts, origin, views } = meeting;
    const ownHosts = new Set(browserHosts.filter((host) => !pageHosts.includes(host)));
    const isBrowsersOwn = ({ content }: Packet) => ownHosts.has(content.replace(/^looking up /, ""));
    const packets = meeting.packets.filter((packet) => !isBrowsersOwn(packet));
    const sockets = meeting.sockets.filter((socket) => packets.length > 0 || !/^\S*(chrom|Network)/i.test(socket));
    noteSilence(ledger, `a whole meeting (${views.join(", ")})`, { ...meeting, packets, sockets });
    const { hostname } = new URL(origin);
    ledger.note(
      "its pages asked nobody but the installation, as Chromium's own log says",
      pageHosts.every((host) => host === hostname) && pageHosts.includes(hostname),
      pageHosts.join(", "),
    );
    ledger.noteControl(
      "what Chromium wants for itself is told apart",
      meeting.packets.length === packets.length || ownHosts.size > 0,
      `${meeting.packets.length - packets.length} packets, all of them lookups of ${[...ownHosts].join(", ") || "nothing"}`,
    );
  },
});

function noteSilence(ledger: Ledger, claim: string, { packets, sockets, seconds }: Recorded): void {
  const some = [...packets.map(describePacket), ...sockets].slice(0, 6).join("; ");
  ledger.note(
    claim,
    packets.length === 0 && sockets.length === 0,
    `${packets.length} packets left, ${sockets.length} sockets to elsewhere, in ${seconds.toFixed(0)} s${some && `: ${some}`}`,
  );
}
