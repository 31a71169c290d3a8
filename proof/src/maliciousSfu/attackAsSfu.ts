import type { Browser } from "playwright-core";
import type { Granted } from "../Installation.ts";
import type { Ledger } from "../Ledger.ts";
import { openPublisher, openSender, openSubscriber } from "../media/pages.ts";
import { describeFrames } from "../media/sharedBytes.ts";
import { Attendee } from "../meetings/Attendee.ts";
import { createRoom, join, newToken } from "../rooms.ts";
import { lieToMembers, type Cast, type Damage } from "./lieToMembers.ts";
import { identityOf, openStockMember, type StockMember } from "./stockPage.ts";

type Access = Granted<"integrator" | "secondNode" | "maliciousSfu">;

const related = 0.5;

/** An SFU that lies in its signalling, to the real page and then, as the control, to a page with LiveKit's own worker. */
export async function attackAsSfu(browser: Browser, origin: string, access: Access, ledger: Ledger): Promise<void> {
  const { maliciousSfu, integrator } = access;
  for (const { castOf, note } of [
    { castOf: castOfPages, note: noteOurs },
    { castOf: castOfStockPages, note: noteStock },
  ]) {
    const roomId = await createRoom(integrator.management, { encrypted: true });
    note(await lieToMembers(maliciousSfu, await castOf(browser, origin, access, roomId)), ledger);
    await integrator.management.demand("/room/endRoom", { room_id: roomId });
  }
}

function noteOurs({ outgoing, replays, inClear }: Damage, ledger: Ledger): void {
  ledger.note(
    "under an SFU that gives another's track the id of the own camera",
    outgoing.sent > 0 && outgoing.arrived > 0 && outgoing.equal === 0 && outgoing.partlyEqual === 0,
    describeFrames(outgoing),
  );
  ledger.note("video frames that an SFU sends again", replays.passed === 0, describeReplays(replays));
  ledger.note(
    "a camera in clear that an SFU calls encrypted",
    inClear.resemblances.length === 0,
    describeInClear(inClear),
  );
}

function noteStock({ outgoing, replays, inClear }: Damage, ledger: Ledger): void {
  ledger.noteControl("with LiveKit's worker, frames leave in clear", outgoing.equal > 0, describeFrames(outgoing));
  ledger.noteControl("LiveKit's worker passes frames again", replays.passed > 0, describeReplays(replays));
  const seen = inClear.resemblances.some((r) => r > related);
  ledger.noteControl("with LiveKit's worker, the camera in clear is seen", seen, describeInClear(inClear));
}

async function castOfPages(browser: Browser, origin: string, access: Access, roomId: string): Promise<Cast> {
  const { integrator, secondNode } = access;
  const token = () => newToken(integrator.management, roomId);
  return {
    openSubscriber: async () => openSubscriber(browser, origin, (await join(origin, await token())).media),
    openVictim: async () => openSender(browser, secondNode, await token(), { replays: true }),
    openMember: async () => openSender(browser, origin, await token()),
    openClearPublisher: async () => Attendee.join(browser, origin, { kind: "token", token: await token() }),
  };
}

async function castOfStockPages(browser: Browser, origin: string, access: Access, roomId: string): Promise<Cast> {
  const { integrator, secondNode } = access;
  const token = () => newToken(integrator.management, roomId);
  const mediaAt = async (node: string): Promise<StockMember["media"]> => {
    const { media } = await join(node, await token());
    if (!media) throw new Error("members may connect to the SFU");
    return media;
  };
  const [victim, member, clear] = await Promise.all([mediaAt(secondNode), mediaAt(origin), mediaAt(origin)]);
  const roster = [victim, member, clear].map(identityOf);
  return {
    openSubscriber: async () => openSubscriber(browser, origin, await mediaAt(origin)),
    openVictim: () => openStockMember(browser, secondNode, { media: victim, roster }, { replays: true }),
    openMember: () => openStockMember(browser, origin, { media: member, roster }),
    async openClearPublisher() {
      const page = await openPublisher(browser, origin, clear);
      return { [Symbol.asyncDispose]: () => page.context().close() };
    },
  };
}

function describeReplays({ repeated, passed }: Damage["replays"]): string {
  return `of ${repeated} frames that came a second time, ${passed} were passed on`;
}

function describeInClear({ frames, resemblances }: Damage["inClear"]): string {
  const highest = Math.max(0, ...resemblances);
  return `${frames} frames came, ${resemblances.length} pictures were decoded, |r| up to ${highest.toFixed(2)}`;
}
