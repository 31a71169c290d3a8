import { Attackers, type Outcome } from "./attack.ts";
import { ofFlooders, ofMembers, ofOutsiders, type Family } from "./families.ts";
import { tryFormerMembers } from "./formerMembers.ts";
import { Scene } from "./Scene.ts";
import type { Place } from "./Seat.ts";

/** What came of one family. */
export interface Tally {
  family: string;
  outcomes: Outcome[];
}

/** Somebody with valid credentials and a modified client. */
export interface Persona {
  name: string;
  /** Calls `note` after each family. Throws {@link NobodyOfTheKind}. */
  attack: (place: Place, note: (tally: Tally) => void) => Promise<void>;
}

/** The installation has nobody such as the persona. */
export class NobodyOfTheKind extends Error {
  override readonly name = "NobodyOfTheKind";
}

export const personas: readonly Persona[] = [
  { name: "a participant", attack: (place, note) => inScene(place, note, ofMembers, ({ roomId }) => roomId) },
  {
    name: "a participant of another session",
    attack: (place, note) => inScene(place, note, ofOutsiders, ({ thirdRoomId }) => thirdRoomId),
  },
  {
    name: "somebody who waits",
    async attack(place, note) {
      const scene = await Scene.open(place, { waitingRoom: true }).catch((cause: unknown) => {
        throw new NobodyOfTheKind("this installation has no waiting room", { cause });
      });
      return carryOut(scene, note, ofOutsiders, scene.roomId);
    },
  },
  {
    name: "somebody who left, was replaced or is late",
    async attack(place, note) {
      await using scene = await Scene.open(place);
      note({ family: "old credentials", outcomes: await tryFormerMembers(scene) });
    },
  },
];

/** To be tried alone, and only through the proxy, which is what keeps floods out. */
export const flooder: Persona = {
  name: "somebody who floods",
  attack: (place, note) => inScene(place, note, ofFlooders, ({ roomId }) => roomId),
};

/** The families in one scene after the other, so that none suffers from what another has achieved. */
export async function attackEachInItsOwnScene(place: Place, families: readonly Family[]): Promise<Tally[]> {
  const tallies: Tally[] = [];
  const note = (tally: Tally) => void tallies.push(tally);
  for (const family of families) await inScene(place, note, [family], ({ roomId }) => roomId);
  return tallies;
}

async function inScene(
  place: Place,
  note: (tally: Tally) => void,
  families: readonly Family[],
  roomOf: (scene: Scene) => string,
): Promise<void> {
  const scene = await Scene.open(place);
  return carryOut(scene, note, families, roomOf(scene));
}

async function carryOut(
  opened: Scene,
  note: (tally: Tally) => void,
  families: readonly Family[],
  roomId: string,
): Promise<void> {
  await using scene = opened;
  await using attackers = new Attackers(scene, roomId);
  for (const { name, carryOut: act } of families) note({ family: name, outcomes: await act(scene, attackers) });
}
