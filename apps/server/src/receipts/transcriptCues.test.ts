import { expect, it } from "vitest";
import { transcriptCues, transcriptHeader, transcriptText } from "./transcriptCues.ts";

const said = { name: "Ada", text: "Go forward ten meters.", startMs: 3_723_004, endMs: 3_725_000 };

it("are WebVTT, with the speaker as voice", () => {
  expect(transcriptHeader + transcriptCues([said])).toBe(
    "WEBVTT\n\n01:02:03.004 --> 01:02:05.000\n<v Ada>Go forward ten meters.\n\n",
  );
});

it("let no name and no words pass for something else", () => {
  const cues = transcriptCues([
    { ...said, name: "Eve> & <i>", text: "\n\n00:00:00.000 --> 00:00:01.000\n<v Ada>I agree & sign" },
  ]);
  expect(cues.split("\n")).toEqual([
    "01:02:03.004 --> 01:02:05.000",
    "<v Eve &amp; &lt;i>00:00:00.000 --&gt; 00:00:01.000 &lt;v Ada&gt;I agree &amp; sign",
    "",
    "",
  ]);
  expect(transcriptText(cues)).toBe("Eve & <i: 00:00:00.000 --> 00:00:01.000 <v Ada>I agree & sign\n");
});

it("are never over when they begin", () => {
  expect(transcriptCues([{ ...said, startMs: 5, endMs: 5 }])).toContain("00:00:00.005 --> 00:00:00.006");
});
