import type { ChatMessage } from "@sotto/client";

/** What the composer is writing: something new, an answer, or what an own message is to say instead. */
export type Composing =
  | { readonly kind: "new" }
  | { readonly kind: "reply"; readonly message: ChatMessage }
  | { readonly kind: "edit"; readonly message: ChatMessage };

/**
 * What came of it. `done` also where the message is shown as not sent; `too_fast`: the server wants it slower, and nothing
 * was sent; `failed`: an edit or a deletion that did not get through.
 */
export type Outcome = "done" | "too_fast" | "failed";
