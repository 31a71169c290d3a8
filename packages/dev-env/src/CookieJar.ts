/**
 * The cookies of one browser, for pages that run in Node: enough for an origin that sets host-only cookies. A meeting can
 * then be resumed with the jar it was joined with.
 */
export class CookieJar {
  readonly #cookies = new Map<string, { value: string; path: string }>();

  /** `fetch` that sends and keeps cookies. */
  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const { pathname } = new URL(request.url);
    const sent = [...this.#cookies].filter(([, { path }]) => pathname.startsWith(path));
    if (sent.length > 0) request.headers.set("cookie", sent.map(([name, { value }]) => `${name}=${value}`).join("; "));
    const response = await fetch(request);
    for (const header of response.headers.getSetCookie()) this.#keep(header);
    return response;
  };

  /** Another jar with what is in this one now. */
  copy(): CookieJar {
    const copy = new CookieJar();
    for (const [name, cookie] of this.#cookies) copy.#cookies.set(name, cookie);
    return copy;
  }

  /** Names and values, as a test wants to see them. */
  entries(): ReadonlyMap<string, string> {
    return new Map([...this.#cookies].map(([name, { value }]) => [name, value]));
  }

  #keep(header: string): void {
    const [pair = "", ...attributes] = header.split(";").map((part) => part.trim());
    const at = pair.indexOf("=");
    const name = pair.slice(0, at);
    const value = pair.slice(at + 1);
    const attribute = (wanted: string) =>
      attributes.find((text) => text.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1);
    const expires = attribute("expires");
    const isGone = attribute("max-age") === "0" || (expires !== undefined && Date.parse(expires) <= Date.now());
    if (isGone || value === "") this.#cookies.delete(name);
    else this.#cookies.set(name, { value, path: attribute("path") ?? "/" });
  }
}
