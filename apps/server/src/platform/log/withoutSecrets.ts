/**
 * A line without tokens and passwords, which do not belong in logs, whoever wrote it. A value goes where its name stands in
 * the text, or as a string in quotes: a line that is JSON stays JSON.
 */
export function withoutSecrets(line: string): string {
  return line
    .replaceAll(/eyJ[\w-]+\.[\w-]+(\.[\w-]+)?/g, "[token]")
    .replaceAll(
      /((?:access_token|join_request|password|pass|secret)(?:\s*[=:]\s*["']?|\\?["']\s*[=:]\s*\\?["']))[^\s"'&,}\\]+/gi,
      "$1[removed]",
    )
    .replaceAll(/(\w:\/\/)[^\s/"'@]+@/g, "$1[removed]@");
}
