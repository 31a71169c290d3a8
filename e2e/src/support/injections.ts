/** Ways to get script to run, or something to be loaded from or sent to another host, by their names. */
export const attempts = [
  "inline-script",
  "inline-module",
  "event-handler",
  "svg-event-handler",
  "srcdoc",
  "javascript-link",
  "eval",
  "new-function",
  "timer-text",
  "data-script",
  "blob-script",
  "foreign-script",
  "foreign-module",
  "data-import",
  "foreign-import",
  "blob-worker",
  "data-worker",
  "inline-style",
  "style-attribute",
  "foreign-style",
  "foreign-font",
  "image",
  "video",
  "frame",
  "object",
  "embed",
  "form",
  "prefetch",
  "preload",
  "fetch",
  "xhr",
  "beacon",
  "websocket",
  "event-source",
  "ping",
  "base",
] as const;

declare global {
  // `var` is how a global is declared.
  var gotThrough: Set<string>;
  var importFrom: (address: string) => Promise<unknown>;
}

/** Defines `importFrom` in the page. A text, because the tests' own tools rewrite an import that they see. */
export const importScript = "globalThis.importFrom = (address) => import(address)";

/** Runs in the page, after {@link importScript}: tries all of them, and gives the names of those whose script or style took effect. */
export async function tryAll(foreign: string): Promise<string[]> {
  globalThis.gotThrough = new Set();
  const note = (name: string) => `globalThis.gotThrough.add(${JSON.stringify(name)})`;
  const at = (name: string, suffix = "") => `${foreign}/${name}/x${suffix}`;
  const add = <K extends keyof HTMLElementTagNameMap>(tag: K, set: (element: HTMLElementTagNameMap[K]) => void) => {
    const element = document.createElement(tag);
    set(element);
    document.body.append(element);
    return element;
  };
  const html = (markup: string) => add("div", (element) => element.insertAdjacentHTML("beforeend", markup));
  const script = (set: Partial<HTMLScriptElement>) => add("script", (element) => void Object.assign(element, set));
  const link = (set: Partial<HTMLLinkElement>) => add("link", (element) => void Object.assign(element, set));
  const blobOf = (text: string) => URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const dataOf = (text: string) => `data:text/javascript,${encodeURIComponent(text)}`;
  // By other names, because lint rightly forbids what is tried here.
  const { eval: evaluate, Function: Construct } = globalThis as unknown as {
    eval: (text: string) => unknown;
    Function: (text: string) => () => unknown;
  };
  const worker = (name: string, address: string) => {
    const started = new Worker(address);
    started.addEventListener("message", () => globalThis.gotThrough.add(name));
  };
  const tries: (() => unknown)[] = [
    () => script({ textContent: note("inline-script") }),
    () => script({ type: "module", textContent: note("inline-module") }),
    () => html(`<img src="/none" onerror='${note("event-handler")}'>`),
    () => html(`<svg><image href="/none" onerror='${note("svg-event-handler")}'></image></svg>`),
    () => html(`<iframe srcdoc='<script>parent.gotThrough.add("srcdoc")</script>'></iframe>`),
    () => add("a", (element) => element.setAttribute("href", `javascript:void ${note("javascript-link")}`)).click(),
    () => evaluate(note("eval")),
    () => Construct(note("new-function"))(),
    () => (setTimeout as (text: string) => unknown)(note("timer-text")),
    () => script({ src: dataOf(note("data-script")) }),
    () => script({ src: blobOf(note("blob-script")) }),
    () => script({ src: at("foreign-script", ".js") }),
    () => script({ type: "module", src: at("foreign-module", ".js") }),
    () => importFrom(dataOf(note("data-import"))),
    () => importFrom(at("foreign-import", ".js")),
    () => worker("blob-worker", blobOf("postMessage(0)")),
    () => worker("data-worker", dataOf("postMessage(0)")),
    () => add("style", (element) => void (element.textContent = "body { --inline-style: 1 }")),
    () => html(`<b id="styled" style="--style-attribute: 1"></b>`),
    () => link({ rel: "stylesheet", href: at("foreign-style", ".css") }),
    () => new FontFace("planted", `url(${at("foreign-font")})`).load(),
    () => void (new Image().src = at("image")),
    () => add("video", (element) => void (element.src = at("video"))).load(),
    () => add("iframe", (element) => void (element.src = at("frame"))),
    () => add("object", (element) => void (element.data = at("object"))),
    () => add("embed", (element) => void (element.src = at("embed"))),
    () => {
      add("iframe", (element) => void (element.name = "target"));
      add("form", (element) => Object.assign(element, { action: at("form"), target: "target" })).submit();
    },
    () => link({ rel: "prefetch", href: at("prefetch") }),
    () => link({ rel: "preload", as: "image", href: at("preload") }),
    () => fetch(at("fetch")),
    () => {
      const request = new XMLHttpRequest();
      request.open("GET", at("xhr"));
      request.send();
    },
    () => navigator.sendBeacon(at("beacon"), "x"),
    () => new WebSocket(at("websocket").replace("http", "ws")),
    () => new EventSource(at("event-source")),
    () => add("a", (element) => Object.assign(element, { href: "#", ping: at("ping") })).click(),
    // The last one: it leads whatever is relative elsewhere.
    () => {
      const base = document.createElement("base");
      base.href = `${foreign}/base/`;
      document.head.append(base);
      new Image().src = "x";
      setTimeout(() => base.remove(), 200);
    },
  ];
  // Not in the evaluation itself, in which the browser lets its debugger do what a page may not.
  await new Promise((resolve) => setTimeout(resolve));
  for (const attempt of tries) {
    try {
      const result = attempt();
      if (result instanceof Promise) result.catch(() => undefined);
    } catch {
      // The policy may throw; what counts is what took effect.
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const styled = document.querySelector("#styled");
  if (getComputedStyle(document.body).getPropertyValue("--inline-style") !== "") gotThrough.add("inline-style");
  if (styled && getComputedStyle(styled).getPropertyValue("--style-attribute") !== "")
    gotThrough.add("style-attribute");
  return [...globalThis.gotThrough];
}
