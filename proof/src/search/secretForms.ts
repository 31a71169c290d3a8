/** A text or byte string to look for, under one of the forms in which it may have been written down. */
export interface Form {
  name: string;
  bytes: Buffer;
}

/**
 * The forms in which a secret of some bytes may have been stored: as it is, in hex, in base64 and base64url, and in the
 * base64 of something larger that holds it or holds its base64url (a token, say), at each of the three alignments.
 */
export function secretForms(secret: Buffer): Form[] {
  const text = (name: string, value: string): Form => ({ name, bytes: Buffer.from(value) });
  const base64url = secret.toString("base64url");
  return [
    { name: "bytes", bytes: secret },
    text("base64url", base64url),
    text("base64", secret.toString("base64").replace(/=+$/, "")),
    text("hex", secret.toString("hex")),
    text("HEX", secret.toString("hex").toUpperCase()),
    ...embedded("bytes", secret),
    ...embedded("base64url", Buffer.from(base64url)),
  ];
}

/** A text that was chosen to be found, or not. */
export function textForms(text: string): Form[] {
  return [{ name: "text", bytes: Buffer.from(text) }, ...embedded("text", Buffer.from(text))];
}

/** The same, and with two bytes to a character, as a browser may store it. */
export function wideTextForms(text: string): Form[] {
  return [...textForms(text), { name: "text in UTF-16", bytes: Buffer.from(text, "utf16le") }];
}

/** What stays the same of the base64 of something larger, whatever comes before and after: whole groups of three bytes. */
function embedded(name: string, bytes: Buffer): Form[] {
  return [0, 1, 2].flatMap((skipped) => {
    const whole = bytes.subarray(skipped, bytes.length - ((bytes.length - skipped) % 3));
    return (["base64", "base64url"] as const).map((encoding) => ({
      name: `${name} inside ${encoding}`,
      bytes: Buffer.from(whole.toString(encoding)),
    }));
  });
}
