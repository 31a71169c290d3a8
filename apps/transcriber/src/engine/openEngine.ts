import type { Engine } from "./Engine.ts";
import { EngineError } from "./EngineError.ts";
import { pocketsphinx } from "./pocketsphinx.ts";
import { sherpa } from "./sherpa.ts";
import { withoutNetwork } from "./withoutNetwork.ts";

export interface EngineChoice {
  readonly engine: "pocketsphinx" | "sherpa-onnx";
  /** Folder of the model. */
  readonly model: string;
  /** `required`: no engine where the kernel does not keep it from the network. */
  readonly isolation: "required" | "preferred";
}

/** The engine that was chosen, tried. Throws an {@link EngineError} that says what to do. */
export function openEngine({ engine, model, isolation }: EngineChoice): Engine & { isIsolated: boolean } {
  if (engine === "sherpa-onnx" && model === "") {
    throw new EngineError("sherpa-onnx needs a model: name its folder in SOTTO_TRANSCRIBER_MODEL");
  }
  const isolated = withoutNetwork();
  if (isolated === null && isolation === "required") {
    throw new EngineError(
      "this system lets no program be kept from the network (`unshare --user --net` does not work): allow it, or set SOTTO_TRANSCRIBER_ISOLATION=preferred",
    );
  }
  const opened = engine === "sherpa-onnx" ? sherpa(model, isolated ?? []) : pocketsphinx(model, isolated ?? []);
  return { ...opened, isIsolated: isolated !== null };
}
