import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where `vite dev` finds the control plane; a built page is served by it and needs no proxy. */
const server = process.env.SOTTO_DEV_SERVER ?? "http://127.0.0.1:8080";

/**
 * zod tries `new Function` to be faster, which the policy refuses and the browser reports. It must be told before its
 * first schema is made, whatever order the chunks run in: so at the start of the chunk that holds it.
 */
function zodWithoutEval(chunk: { moduleIds: string[] }): string {
  const hasZod = chunk.moduleIds.some((id) => id.includes("/node_modules/zod/"));
  return hasZod ? "(globalThis.__zod_globalConfig ??= {}).jitless = true;" : "";
}

export default defineConfig(({ command }) => {
  // A page that is built is the one people get, also when a test builds it (where NODE_ENV is "test").
  if (command === "build") process.env.NODE_ENV = "production";
  return {
    plugins: [react()],
    build: {
      // The page's Content-Security-Policy allows neither data: addresses nor inline scripts.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      // Whoever runs the page can read it.
      sourcemap: true,
      rolldownOptions: {
        // The page of people, and the one that recorders open.
        input: ["index.html", "recorder.html"],
        output: { intro: zodWithoutEval },
      },
    },
    worker: { format: "es" },
    server: {
      proxy: {
        "/api": server,
        "/auth": server,
        "/nats": { target: server, ws: true },
        "/rtc": { target: server, ws: true },
      },
    },
  };
});
