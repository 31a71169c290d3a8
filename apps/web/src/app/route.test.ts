import { describe, expect, it } from "vitest";
import { readPastedLink, routeOf } from "./route.ts";

const origin = "https://meet.example.org";

describe("routeOf", () => {
  it.each([
    ["/", { kind: "landing" }],
    ["/?access_token=a.b.c", { kind: "invitation", token: "a.b.c" }],
    ["/?access_token=", { kind: "landing" }],
    ["/m/blue-river-42", { kind: "meeting", roomId: "blue-river-42" }],
    ["/m/blue-river-42/", { kind: "meeting", roomId: "blue-river-42" }],
    ["/m/", { kind: "unknown" }],
    ["/m/a/b", { kind: "unknown" }],
    ["/m/a%2Fb", { kind: "unknown" }],
    ["/m/<script>", { kind: "unknown" }],
    ["/else", { kind: "unknown" }],
  ])("%s", (path, route) => {
    expect(routeOf(new URL(path, origin))).toEqual(route);
  });
});

describe("readPastedLink", () => {
  it.each([
    ["https://meet.example.org/m/abc", { kind: "meeting", roomId: "abc" }],
    ["  meet.example.org/m/abc  ", { kind: "meeting", roomId: "abc" }],
    ["abc_DEF-1", { kind: "meeting", roomId: "abc_DEF-1" }],
    ["https://meet.example.org/?access_token=x.y.z", { kind: "invitation", token: "x.y.z" }],
    ["https://other.example.org/m/abc", { kind: "elsewhere" }],
    ["https://other.example.org/?access_token=x.y.z", { kind: "unknown" }],
    ["https://meet.example.org/", { kind: "unknown" }],
    ["javascript:alert(1)", { kind: "unknown" }],
    ["what is this", { kind: "unknown" }],
    ["", { kind: "unknown" }],
  ])("%s", (text, route) => {
    expect(readPastedLink(text, origin)).toEqual(route);
  });
});
