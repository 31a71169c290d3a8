import { expect, it } from "vitest";
import { securityHeaders } from "./securityHeaders.ts";

/** A policy as a browser reads it: the first directive of a name counts, and its sources. */
function directivesOf(policy = ""): Record<string, string[]> {
  const directives: Record<string, string[]> = {};
  for (const part of policy.split(";")) {
    const [name = "", ...sources] = part.trim().split(/\s+/);
    directives[name.toLowerCase()] ??= sources;
  }
  return directives;
}

const strict = securityHeaders({ frameAncestors: [], https: true });

it("lets in what is of this origin, and nothing that is inline, evaluated or from elsewhere", () => {
  const directives = directivesOf(strict["content-security-policy"]);
  expect(directives).toEqual({
    "default-src": ["'self'"],
    "script-src": ["'self'", "'wasm-unsafe-eval'"],
    "img-src": ["'self'", "data:", "blob:"],
    "media-src": ["'self'", "blob:"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "object-src": ["'none'"],
    "frame-ancestors": ["'none'"],
  });
  // What is not named here falls back to `default-src`; these do not, and so have to be.
  for (const name of ["base-uri", "form-action", "frame-ancestors"]) expect(directives[name]).toBeDefined();
});

it("isolates the page, and says to nobody where a person came from", () => {
  expect(strict).toMatchObject({
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "origin-agent-cluster": "?1",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-dns-prefetch-control": "off",
    "x-frame-options": "DENY",
  });
});

it("gives the page the devices of a meeting, and nobody anything else", () => {
  const features = (strict["permissions-policy"] ?? "").split(", ").map((each) => each.split("="));
  expect(features.filter(([, allowed]) => allowed !== "(self)" && allowed !== "()")).toEqual([]);
  expect(features.filter(([, allowed]) => allowed === "(self)").map(([name]) => name)).toEqual([
    "autoplay",
    "camera",
    "display-capture",
    "fullscreen",
    "microphone",
    "screen-wake-lock",
    "speaker-selection",
  ]);
});

it("insists on https only where it is there, and lets in frames only where they are named", () => {
  expect(strict["strict-transport-security"]).toBe("max-age=31536000");
  const open = securityHeaders({ frameAncestors: ["https://app.example.org"], https: false });
  expect(open).not.toHaveProperty("strict-transport-security");
  expect(open).not.toHaveProperty("x-frame-options");
  expect(directivesOf(open["content-security-policy"])["frame-ancestors"]).toEqual([
    "'self'",
    "https://app.example.org",
  ]);
});
