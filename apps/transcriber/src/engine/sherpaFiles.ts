import { readdirSync } from "node:fs";
import { join } from "node:path";
import { EngineError } from "./EngineError.ts";

/** The four files of a streaming transducer. */
export interface SherpaFiles {
  readonly encoder: string;
  readonly decoder: string;
  readonly joiner: string;
  readonly tokens: string;
}

/**
 * Finds the files of a model as sherpa-onnx's are unpacked; of two forms of one file the smaller numbers (`int8`) are
 * taken. Throws an {@link EngineError} that names the folder and what is missing there.
 */
export function sherpaFiles(folder: string): SherpaFiles {
  let names: string[];
  try {
    names = readdirSync(folder).toSorted();
  } catch {
    throw new EngineError(`${folder}, where the model of sherpa-onnx should be, is no folder that can be read`);
  }
  const find = (what: string, pattern: RegExp): string => {
    const found = names.filter((name) => pattern.test(name));
    const name = found.find((each) => each.includes("int8")) ?? found[0];
    if (name === undefined) {
      throw new EngineError(
        `${folder} has no ${what}: a streaming zipformer or other transducer of sherpa-onnx has encoder*.onnx, decoder*.onnx, joiner*.onnx and tokens.txt`,
      );
    }
    return join(folder, name);
  };
  return {
    encoder: find("encoder*.onnx", /^encoder.*\.onnx$/),
    decoder: find("decoder*.onnx", /^decoder.*\.onnx$/),
    joiner: find("joiner*.onnx", /^joiner.*\.onnx$/),
    tokens: find("tokens.txt", /^tokens\.txt$/),
  };
}
