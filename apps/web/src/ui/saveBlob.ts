const revokeAfterMs = 60_000;

/** Has the browser save a file. What it is called was made safe; what it is, the browser is not to guess. */
export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), revokeAfterMs);
}
