import { useState } from "react";
import { report } from "../../test/gallery/report.ts";
import { CaptionBar, type CaptionLine, type CaptionSize } from "./CaptionBar.tsx";

const said: CaptionLine[] = [
  { id: "1", name: "Ada Lovelace", text: "Shall we begin with the budget, or with the roof?", isFinal: true },
  { id: "2", name: "Grace", text: "The roof. It rained in again on Sunday, right over the piano.", isFinal: true },
  { id: "3", name: "Ada Lovelace", text: "then let us hear what the", isFinal: false },
];
const long: CaptionLine[] = [
  { id: "1", name: "Somebody with a name that is rather long", text: "and so on ".repeat(48).trim(), isFinal: true },
  { id: "2", name: "Grace", text: "These are the newest words.", isFinal: false },
];

const inPage = (lines: readonly CaptionLine[], first: CaptionSize = "medium") =>
  function Specimen() {
    const [size, setSize] = useState(first);
    return (
      <main style={{ display: "flex", flexDirection: "column", height: "100vh" }}>
        <h1 style={{ flex: 1 }}>Captions</h1>
        <CaptionBar
          lines={lines}
          size={size}
          onChooseSize={(chosen) => {
            report("size")(chosen);
            setSize(chosen);
          }}
          onHide={report("hide")}
        />
      </main>
    );
  };

export const talking = inPage(said);
export const large = inPage(said, "large");
export const longWords = inPage(long, "small");
export const silent = inPage([]);
