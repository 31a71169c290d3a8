import type { PlayableMedia, ShownReaction } from "@sotto/client";
import { useState } from "react";
import { Stage } from "./Stage.tsx";
import type { StageModel, TileModel } from "./tileModels.ts";

const names = ["Ada Lovelace", "Grace Hopper", "Niklaus Wirth", "Barbara Liskov", "Edsger Dijkstra", "李明"];

/** A picture that somebody paints once. */
function painting(hue: number): PlayableMedia {
  const canvas = document.createElement("canvas");
  canvas.width = 320;
  canvas.height = 180;
  const paint = canvas.getContext("2d");
  if (paint) {
    paint.fillStyle = `hsl(${hue} 30% 55%)`;
    paint.fillRect(0, 0, canvas.width, canvas.height);
    paint.fillStyle = `hsl(${hue} 40% 25%)`;
    paint.fillRect(120, 60, 80, 120);
  }
  const stream = canvas.captureStream();
  const [mediaStreamTrack] = stream.getVideoTracks();
  if (!mediaStreamTrack) throw new Error("a canvas stream has one track");
  return {
    attach: (element) => Object.assign(element, { srcObject: stream }),
    detach: (element) => Object.assign(element, { srcObject: null }),
    mediaStreamTrack,
  };
}

function person(index: number, changes: Partial<TileModel> = {}): TileModel {
  const id = `p_${index}`;
  return {
    id,
    kind: "person",
    participantId: id,
    name: names[index % names.length] ?? "",
    isLocal: index === 0,
    away: false,
    speaking: index === 1,
    microphone: index % 3 === 2 ? "muted" : "on",
    hand: null,
    weakness: null,
    inSpotlight: false,
    picture: { status: "live", media: painting(index * 50) },
    ...changes,
  };
}

const people = (count: number) => Array.from({ length: count }, (_, index) => person(index));
const screen = (): TileModel => person(1, { id: "screen", kind: "screen", speaking: false });

const inPage = (stage: StageModel, encrypted = true, reactions: ShownReaction[] = []) =>
  function Specimen() {
    return <StagePage stage={stage} encrypted={encrypted} reactions={reactions} />;
  };

interface StagePageProps {
  stage: StageModel;
  encrypted?: boolean;
  reactions?: ShownReaction[];
}

function StagePage({ stage, encrypted = true, reactions = [] }: StagePageProps) {
  return (
    <main style={{ height: "100dvh" }}>
      <h1>Meeting</h1>
      <div style={{ height: "calc(100dvh - 5rem)" }}>
        <Stage stage={stage} reactions={reactions} encrypted={encrypted} invitation={<p>Invite somebody</p>} />
      </div>
    </main>
  );
}

export const alone = inPage({ people: people(1), screens: [] });
export const pair = inPage({ people: people(2), screens: [] });
export const crowd = inPage({ people: people(70), screens: [] });
export const share = inPage({ people: people(4), screens: [screen()] });
export const covered = inPage({
  people: [
    person(0),
    person(1, { picture: { status: "waiting", media: painting(20) } }),
    person(2, { picture: { status: "undecryptable", media: painting(40) }, microphone: "undecryptable" }),
    person(3, { picture: { status: "unencrypted", media: null } }),
    person(4, { picture: null, away: true }),
  ],
  screens: [],
});
export const plain = inPage(
  { people: [person(0), person(1, { picture: { status: "waiting", media: null } })], screens: [] },
  false,
);

export const signs = inPage({
  people: [
    person(0, { weakness: "poor" }),
    person(1, { hand: 1 }),
    person(2, { hand: 2, weakness: "lost" }),
    person(3, { inSpotlight: true, hand: 3 }),
  ],
  screens: [],
});
export const ownSpotlight = inPage({ people: [person(0, { inSpotlight: true }), person(1), person(2)], screens: [] });
export const spotlightAndScreens = inPage({
  people: people(4),
  screens: [
    person(3, { id: "newer", kind: "screen" }),
    person(1, { id: "theirs", kind: "screen", speaking: false, inSpotlight: true }),
  ],
});

export const reacting = inPage(
  { people: people(4), screens: [] },
  true,
  (["thumbs_up", "clap", "heart", "laugh", "wow", "sad"] as const).map((reaction, id) => ({
    id,
    participantId: id < 5 ? "p_1" : "p_2",
    reaction,
  })),
);

/** Somebody joins whenever the button is pressed. */
export function Growing() {
  const [stage, setStage] = useState<StageModel>(() => ({ people: people(1), screens: [] }));
  const join = () => setStage((before) => ({ ...before, people: [...before.people, person(before.people.length)] }));
  return (
    <>
      <button type="button" onClick={join}>
        Join
      </button>
      <StagePage stage={stage} />
    </>
  );
}
