/**
 * Puts text on the clipboard; false when the browser refuses. The clipboard interface exists on secure origins only; a
 * plain-HTTP address in a local network has the old command.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  let done = false;
  const fill = (event: ClipboardEvent) => {
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
    done = true;
  };
  document.addEventListener("copy", fill);
  // oxlint-disable-next-line typescript/no-deprecated -- there is no other way without a secure origin
  document.execCommand("copy");
  document.removeEventListener("copy", fill);
  return done;
}
