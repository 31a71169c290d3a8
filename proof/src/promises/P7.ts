import { enginesOf } from "@sotto/dev-env";
import { engineAccessOf } from "../inspect/engineAccess.ts";
import { defineProof } from "../Proof.ts";
import type { Outcome } from "../walls/attack.ts";
import { ofMembers } from "../walls/families.ts";
import { withLooseGrants } from "../walls/looseInstallation.ts";
import { attackMedia, attackMediaWithEverything } from "../walls/media/attackMedia.ts";
import {
  attackEachInItsOwnScene,
  flooder,
  NobodyOfTheKind,
  personas,
  type Persona,
  type Tally,
} from "../walls/personas.ts";
import type { Place } from "../walls/Seat.ts";

/** What a modified client can do is what nats-server and the SFU let it do. */
export const p7 = defineProof({
  promise: "P7",
  title: "access is controlled by the messaging and media servers",
  needs: ["integrator"],
  async carryOut({ origin, browser, access }, ledger) {
    const { management } = access.integrator;
    const place: Place = { origin, management, websocketUrl: null };
    const publicWay = ["through /nats", place] as const;
    const ways = new Map<string, Place>([publicWay]);
    if (ledger.hasAccess("past the proxy, straight at nats-server", ["dataFolders"], access)) {
      const { websocketUrl } = enginesOf(access.dataFolders[0]).nats;
      ways.set("past the proxy", { origin, management, websocketUrl });
    }
    const all: Outcome[] = [];
    const tryAs = async ({ name, attack }: Persona, [way, where]: readonly [string, Place]) => {
      const claim = `${name}, ${way}`;
      try {
        await attack(where, ({ family, outcomes }) => {
          all.push(...outcomes);
          ledger.note(`${claim}: ${family}`, achievements(outcomes).length === 0, describe(outcomes));
        });
      } catch (error) {
        if (error instanceof NobodyOfTheKind) ledger.noteSkipped(claim, error.message);
        else ledger.noteFailure(claim, error);
      }
    };
    await Promise.all([...ways].flatMap((way) => personas.map((persona) => tryAs(persona, way))));
    await tryAs(flooder, publicWay);
    ledger.note("messages, all together", achievements(all).length === 0, describe(all.map(withoutFigures)));

    await ledger.part("control: the same attacks on the obvious permissions", [], access, async () => {
      const tallies = await withLooseGrants((loosened) => attackEachInItsOwnScene(loosened, ofMembers));
      const outcomes = tallies.flatMap((tally) => tally.outcomes);
      const sees = achievements(outcomes).length >= outcomes.length / 10;
      return { holds: sees, evidence: `${describe(outcomes)}; ${tallies.map(describeTally).join(", ")}` };
    });

    const sfu = access.dataFolders ? engineAccessOf(access.dataFolders[0]).livekit : null;
    const media: Outcome[] = [];
    try {
      await attackMedia(place, sfu, browser, ({ family, outcomes }) => {
        media.push(...outcomes);
        ledger.note(`media: ${family}`, achievements(outcomes).length === 0, describe(outcomes));
      });
    } catch (error) {
      ledger.noteFailure("media", error);
    }
    ledger.note("media, all together", achievements(media).length === 0, describe(media));
    await ledger.part(
      "control: media tokens that allow everything",
      ["dataFolders"],
      access,
      async ({ dataFolders }) => {
        const outcomes = await attackMediaWithEverything(place, engineAccessOf(dataFolders[0]).livekit, browser);
        return { holds: achievements(outcomes).length >= outcomes.length / 2, evidence: describe(outcomes) };
      },
    );
  },
});

function achievements(outcomes: readonly Outcome[]): Outcome[] {
  return outcomes.filter(({ achieved }) => achieved !== null);
}

function withoutFigures({ attempt, achieved }: Outcome): Outcome {
  return { attempt, achieved };
}

const shown = 3;

function describe(outcomes: readonly Outcome[]): string {
  const achieved = achievements(outcomes);
  const examples = achieved.slice(0, shown).map(({ attempt, achieved: what }) => `${attempt}: ${what}`);
  const figures = outcomes.flatMap((each) =>
    each.figures === undefined ? [] : [`; ${each.attempt}: ${each.figures}`],
  );
  const count = `${achieved.length} of ${outcomes.length} attempts achieved something${figures.join("")}`;
  return examples.length === 0 ? count : `${count} (${examples.join("; ")}${achieved.length > shown ? "; …" : ""})`;
}

function describeTally({ family, outcomes }: Tally): string {
  return `${family} ${achievements(outcomes).length}/${outcomes.length}`;
}
