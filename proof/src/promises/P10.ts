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
    // That the browser left its group is said twice, by the kernel and a second later.
    const later = afterwards.packets.filter((packet) => !isLocalName(packet));
    noteSilence(ledger, "servers after a meeting", { ...afterwards, packets: later });

    const { browserHosts, pageHosts, origin, views, webhooks } = meeting;
    const ownHosts = new Set(browserHosts.filter((host) => !pageHosts.includes(host)));
    const own = meeting.packets.filter(({ content }) => ownHosts.has(content.replace(/^looking up /, "")));
    const names = meeting.packets.filter(isLocalName);
    const packets = meeting.packets.filter((packet) => !own.includes(packet) && !names.includes(packet));
    const apart = `besides ${own.length} by which Chromium looks up ${[...ownHosts].join(", ") || "nothing"} for itself, and ${names.length} for random names on the own network`;
    noteSilence(ledger, `a whole meeting (${views.join(", ")})`, { ...meeting, packets }, apart);
    ledger.noteControl(
      "the configured target of webhooks, on loopback, was told of the whole meeting meanwhile",
      meetingTold.every((event) => webhooks.includes(event)),
      [...new Set(webhooks)].join(", "),
    );
    const { hostname } = new URL(origin);
    ledger.note(
      "its pages asked nobody but the installation, as Chromium's own log says",
      pageHosts.every((host) => host === hostname) && pageHosts.includes(hostname),
      pageHosts.join(", "),
    );
  },
});

/** What an integrator hears of a meeting like this one at least. */
const meetingTold = ["room_created", "participant_joined", "track_published", "session_ended", "room_finished"];

/**
 * Chromium hides a machine's address from the pages of people who allow neither camera nor microphone behind a random name
 * under `.local`, which it announces on its own network (mDNS). Such a packet is forwarded by no router.
 */
function isLocalName({ to, content }: Packet): boolean {
  const isReport = to === "224.0.0.22" && content === "multicast group 224.0.0.251";
  return (
    isReport || (/^(224\.0\.0\.251|\[ff02::fb\]):5353$/.test(to) && /^announcing [\da-f-]{36}\.local$/.test(content))
  );
}

function noteSilence(ledger: Ledger, claim: string, { packets, sockets, seconds }: Recorded, apart = ""): void {
  const some = [...packets.map(describePacket), ...sockets].slice(0, 6).join("; ");
  const left = `${packets.length} packets left, ${sockets.length} sockets to elsewhere, in ${seconds.toFixed(0)} s`;
  const evidence = [left, apart].filter((part) => part !== "").join(", ");
  ledger.note(claim, packets.length === 0 && sockets.length === 0, some === "" ? evidence : `${evidence}: ${some}`);
}
