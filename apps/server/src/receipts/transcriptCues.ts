import type { NamedLine } from "./Transcripts.ts";

/** How a WebVTT document begins. */
export const transcriptHeader = "WEBVTT\n\n";

/** Lines as WebVTT cues, each with its speaker as a voice. */
export function transcriptCues(lines: readonly NamedLine[]): string {
  return lines
    .map(({ name, text, startMs, endMs }) => {
      // A cue that ends when it begins is never shown.
      const times = `${timestamp(startMs)} --> ${timestamp(Math.max(endMs, startMs + 1))}`;
      return `${times}\n<v ${inOneLine(name).replaceAll("&gt;", "")}>${inOneLine(text)}\n\n`;
    })
    .join("");
}

/** The same as plain text: who said what, a line each. */
export function transcriptText(vtt: string): string {
  return Array.from(
    vtt.matchAll(/^<v ([^>]*)>(.*)$/gm),
    ([, name = "", text = ""]) => `${plain(name)}: ${plain(text)}\n`,
  ).join("");
}

/** Nothing that means something in WebVTT. */
function inOneLine(words: string): string {
  const line = words.replaceAll(/\s+/gu, " ").trim();
  return line.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function plain(words: string): string {
  return words.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function timestamp(ms: number): string {
  const pad = (value: number, digits = 2) => String(value).padStart(digits, "0");
  const [hours, minutes, seconds] = [
    Math.floor(ms / 3_600_000),
    Math.floor(ms / 60_000) % 60,
    Math.floor(ms / 1_000) % 60,
  ];
  return `${pad(hours)}:${pad(minutes)}:${pad(seconds)}.${pad(ms % 1_000, 3)}`;
}
