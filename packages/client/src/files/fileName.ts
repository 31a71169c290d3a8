const longestName = 120;
/** What may not stand in a name on some system, or changes what a name looks like: `invoice\u202Egpj.exe`. */
// oxlint-disable-next-line no-control-regex -- that is what is removed
const unsafe = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff<>:"/\\|?*]/gu;
/** Names of devices on Windows, with any extension. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * A name that is safe to show and to save under, whatever the sender wrote: no path, no control or direction characters,
 * no leading or trailing dots, no device of Windows, at most 120 characters with the extension kept; `file` for nothing.
 */
export function safeFileName(name: string): string {
  const [last = ""] = name.split(/[/\\]/).slice(-1);
  const plain = last
    .normalize("NFC")
    .replaceAll(unsafe, "")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/^[.\s]+|[.\s]+$/g, "");
  if (plain === "") return "file";
  const named = reserved.test(plain) ? `_${plain}` : plain;
  const characters = Array.from(named);
  if (characters.length <= longestName) return named;
  const extension = /\.[\p{L}\p{N}]{1,12}$/u.exec(named)?.[0] ?? "";
  return characters.slice(0, longestName - Array.from(extension).length).join("") + extension;
}

/** What follows the last dot, in lower case; empty for nothing. */
export function extensionOf(name: string): string {
  return /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
}
