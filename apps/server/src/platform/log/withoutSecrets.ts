/** Tokens and passwords do not belong in logs, whoever wrote the line. */
export function withoutSecrets(text: string): string {
  return text
    .replaceAll(/eyJ[\w-]+\.[\w-]+(\.[\w-]+)?/g, "[token]")
    .replaceAll(/((?:access_token|join_request|password|pass|secret)["']?\s*[=:]\s*["']?)[^\s"'&,}]+/gi, "$1[removed]")
    .replaceAll(/(\w:\/\/)[^\s/"'@]+@/g, "$1[removed]@");
}
