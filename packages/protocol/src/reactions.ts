import { z } from "zod";

/** What somebody may react with. A fixed list: the page draws it, nobody sends text of their own. */
export const reactions = ["thumbs_up", "clap", "heart", "laugh", "wow", "sad"] as const;
export type Reaction = (typeof reactions)[number];

/** Body of a message on the ephemeral channel `reactions`, as JSON in UTF-8. */
export const reactionBodySchema = z.object({ reaction: z.enum(reactions) });
export type ReactionBody = z.infer<typeof reactionBodySchema>;
