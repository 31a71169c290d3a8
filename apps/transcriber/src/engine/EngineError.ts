/** An engine that cannot be used as it is set up. The message says what to do. */
export class EngineError extends Error {
  override readonly name = "EngineError";
}
