/** The configuration or the secrets file cannot be used; the message names what to fix and is shown without a stack. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}
