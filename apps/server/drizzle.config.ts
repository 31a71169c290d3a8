import { defineConfig } from "drizzle-kit";

/** `npx drizzle-kit generate` after a change of the schema; the migrations are committed and run at start. */
export default defineConfig({ dialect: "postgresql", schema: "./src/platform/db/schema.ts", out: "./drizzle" });
