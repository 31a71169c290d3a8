/** A piece of a line. `at`: where it stands in the message, for the renderer's keys. */
export type InlineNode =
  | { readonly type: "text"; readonly at: number; readonly text: string }
  | { readonly type: "code"; readonly at: number; readonly text: string }
  | { readonly type: "strong" | "em" | "del"; readonly at: number; readonly children: readonly InlineNode[] }
  | { readonly type: "mention"; readonly at: number; readonly participantId: string }
  | LinkNode;

/** `host`: where it really leads, shown behind the words wherever these do not say it already; else null. */
export interface LinkNode {
  readonly type: "link";
  readonly at: number;
  readonly href: string;
  readonly text: string;
  readonly host: string | null;
}

/** A piece of a message. */
export type BlockNode =
  | { readonly type: "paragraph" | "quote"; readonly at: number; readonly children: readonly InlineNode[] }
  | { readonly type: "code"; readonly at: number; readonly text: string }
  | {
      readonly type: "list";
      readonly at: number;
      /** The first number; null for a list without numbers. */
      readonly start: number | null;
      readonly items: readonly { readonly at: number; readonly children: readonly InlineNode[] }[];
    };
