import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where `vite dev` finds the control plane; a built page is served by it and needs no proxy. */
const server = process.env.SOTTO_DEV_SERVER ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  build: {
    // The page's Content-Security-Policy allows neither data: addresses nor inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Whoever runs the page can read it.
    sourcemap: true,
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
});
