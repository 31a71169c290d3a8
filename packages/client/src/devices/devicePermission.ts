/**
 * What the browser would answer if the page asked for the microphone or camera now: `prompt` asks the person.
 * `unknown` where the browser does not tell beforehand.
 */
export async function devicePermission(source: "microphone" | "camera"): Promise<PermissionState | "unknown"> {
  try {
    return (await navigator.permissions.query({ name: source })).state;
  } catch {
    return "unknown";
  }
}
