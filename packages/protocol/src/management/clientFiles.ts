import { z } from "zod";

/**
 * Answer of `POST /auth/getClientFiles`: the files that the page loads first, as paths below `static_assets_path`. `css`
 * and `js` are the names of SDK 1.x for the same lists.
 */
export const clientFilesSchema = z.strictObject({
  css: z.array(z.string()),
  js: z.array(z.string()),
  css_files: z.array(z.string()),
  js_files: z.array(z.string()),
  static_assets_path: z.string(),
});
export type ClientFiles = z.infer<typeof clientFilesSchema>;
