import { roomIdSchema } from "@sotto/protocol";

/** Where an address leads: the landing page, an integrator's invitation, a meeting with an open link, or nowhere. */
export type Route =
  | { readonly kind: "landing" }
  | { readonly kind: "invitation"; readonly token: string }
  | { readonly kind: "meeting"; readonly roomId: string }
  | { readonly kind: "unknown" };

/** Reads an address of this page. */
export function routeOf(url: URL): Route {
  const token = url.searchParams.get("access_token");
  if (token) return { kind: "invitation", token };
  if (url.pathname === "/") return { kind: "landing" };
  const roomId = /^\/m\/([^/]+)\/?$/.exec(url.pathname)?.[1];
  return roomId !== undefined && roomIdSchema.safeParse(roomId).success
    ? { kind: "meeting", roomId }
    : { kind: "unknown" };
}

/** Path of a meeting's open link. */
export function meetingPath(roomId: string): string {
  return `/m/${roomId}`;
}

/**
 * What a person pasted as a meeting's link: an address of this installation, with or without its scheme, or the name of
 * the meeting alone. `elsewhere` is a Sotto-like link of another host, which this page must not follow by itself.
 */
export function readPastedLink(text: string, origin: string): Route | { readonly kind: "elsewhere" } {
  const trimmed = text.trim();
  if (roomIdSchema.safeParse(trimmed).success) return { kind: "meeting", roomId: trimmed };
  const { host, protocol } = new URL(origin);
  const address = /^https?:\/\//i.test(trimmed) ? trimmed : `${protocol}//${trimmed}`;
  if (!URL.canParse(address)) return { kind: "unknown" };
  const url = new URL(address);
  if (url.host !== host) return url.pathname.startsWith("/m/") ? { kind: "elsewhere" } : { kind: "unknown" };
  const route = routeOf(url);
  return route.kind === "landing" ? { kind: "unknown" } : route;
}
