// The obvious design, for the control of P7: who is in a session may publish and subscribe in it, and use JetStream and
// inboxes as client libraries do; and the control plane answers wherever it is asked to. Loaded with `node --import` into a
// control plane that the proof starts for itself; nothing in the program knows of it, so no setting leads here.
import { registerHooks } from "node:module";

/** @type {readonly [file: string, text: string, instead: string][]} */
const changes = [
  [
    "/platform/nats/participantGrant.ts",
    "pub: onlyThese(publish)",
    'pub: onlyThese([...publish, `m.${sid}.>`, "$JS.>", "_I.>", "_INBOX.>"])',
  ],
  [
    "/platform/nats/participantGrant.ts",
    "sub: onlyThese(subscribe)",
    'sub: onlyThese([...subscribe, `m.${sid}.>`, "$JS.>", "_I.>", "_INBOX.>"])',
  ],
  ["/platform/nats/RpcRouter.ts", "reply !== undefined && reply.startsWith(prefix)", "reply !== undefined || (reply"],
  ["/platform/nats/RpcRouter.ts", "replyTail.test(reply.slice(prefix.length))", "true)"],
];

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const here = changes.filter(([file]) => url.endsWith(file));
    if (here.length === 0) return loaded;
    let source = Buffer.from(/** @type {Uint8Array} */ (loaded.source)).toString();
    for (const [file, text, instead] of here) {
      if (!source.includes(text)) throw new Error(`${file} is not what the control of P7 expects`);
      source = source.replace(text, () => instead);
    }
    return { ...loaded, source };
  },
});
