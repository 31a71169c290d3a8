const start = "#k=";

/** Passphrases that come with a meeting's link, in its fragment, which browsers send to no server. */
export class LinkPassphrase {
  readonly #page: Pick<Window, "location" | "history">;
  #path = "";
  #text = "";

  constructor(page: Pick<Window, "location" | "history">) {
    this.#page = page;
  }

  /** What the last link to this path carried, or empty. It is kept here and nowhere else: a reload has forgotten it. */
  textFor(path: string): string {
    return path === this.#path ? this.#text : "";
  }

  /** Takes the passphrase out of the address bar and the browser's history, if there is one. */
  take(): void {
    const { location, history } = this.#page;
    if (!location.hash.startsWith(start)) return;
    const encoded = location.hash.slice(start.length);
    history.replaceState(null, "", location.pathname + location.search);
    this.#path = location.pathname;
    try {
      this.#text = decodeURIComponent(encoded);
    } catch {
      this.#text = ""; // a link that was cut off
    }
  }
}

/** A meeting's link that carries its passphrase: whoever gets the link can listen in. */
export function linkWithPassphrase(link: string, passphrase: string): string {
  return link + start + encodeURIComponent(passphrase);
}
