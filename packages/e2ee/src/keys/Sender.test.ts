import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeBase64Url, encodeBase64Url } from "./base64url.ts";
import { formatIdentity, parseIdentity } from "./Sender.ts";

describe("identities", () => {
  test("name the sender and nothing else", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        (participantId, senderNonce) => {
          const sender = parseIdentity(formatIdentity({ participantId, senderNonce }));
          expect(sender.participantId).toBe(participantId);
          expect([...sender.senderNonce]).toEqual([...senderNonce]);
        },
      ),
    );
  });

  test.each([
    "",
    "p_a",
    ".AAECAwQFBgcICQoLDA0ODw",
    "p_a.",
    "p_a.AAECAwQFBgcICQoLDA0OD",
    "p_a.AAECAwQFBgcICQoLDA0ODx", // stray bits: the same bytes have one text only
    "p_a.AAECAwQFBgcICQoLDA0ODw==",
    "p_a.AAECAwQFBgcICQoLDA0ODw.x",
    "p a.AAECAwQFBgcICQoLDA0ODw",
    "p_a.AAECAwQFBgcICQoLDA0OD/",
  ])("%j is none", (identity) => {
    expect(() => parseIdentity(identity)).toThrow(expect.objectContaining({ code: "input_invalid" }) as Error);
  });
});

describe("base64url", () => {
  test("is what Node makes of the same bytes, and comes back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = encodeBase64Url(bytes);
        expect(text).toBe(Buffer.from(bytes).toString("base64url"));
        expect([...decodeBase64Url(text)]).toEqual([...bytes]);
      }),
    );
  });
});
