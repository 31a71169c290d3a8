import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Engine, Heard } from "./Engine.ts";
import { EngineError } from "./EngineError.ts";
import { EngineProcess } from "./EngineProcess.ts";

const program = "pocketsphinx_continuous";
/** Where Debian's `pocketsphinx-en-us` has its model. */
export const debianModelFolder = "/usr/share/pocketsphinx/model/en-us";

/** `/dev/stdin` of a program whose input is a socket, as Node makes it, cannot be opened by its name; that of a pipe can. */
const throughPipe = ["sh", "-c", 'cat | "$@"', "sh"];

/**
 * CMU Pocketsphinx: small, old, English, in every Debian; made for clear speech into a near microphone. It says nothing
 * before an utterance is over. Throws an {@link EngineError} where it is not there.
 */
export function pocketsphinx(modelFolder: string, isolation: readonly string[]): Engine {
  if (!isOnPath(program)) {
    throw new EngineError(`there is no ${program}: install the packages pocketsphinx and pocketsphinx-en-us`);
  }
  const files = { "-hmm": "en-us", "-lm": "en-us.lm.bin", "-dict": "cmudict-en-us.dict" };
  const model = Object.entries(files).flatMap(([option, file]) => [option, join(modelFolder, file)]);
  const missing = model.find((value) => value.startsWith("/") && !existsSync(value));
  if (missing !== undefined)
    throw new EngineError(`${missing} is missing: install pocketsphinx-en-us or name its folder`);
  const command = [...isolation, ...throughPipe, program, "-infile", "/dev/stdin", ...model, "-logfn", "/dev/null"];
  return { name: "pocketsphinx", open: (listener) => new EngineProcess({ ...listener, command, read: readLine }) };
}

/** One utterance a line; what is no word stands in brackets. */
function readLine(line: string): Heard {
  const words = line.split(/\s+/).filter((word) => word !== "" && !/^[[<+]/.test(word));
  return { text: words.join(" "), isFinal: true };
}

function isOnPath(name: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
