import { defineConfig } from "vite";

import { extractDataUrls } from "./build/extract-data-urls.ts";
import { precompress } from "./build/precompress.ts";

const server = "http://127.0.0.1:8080";

export default defineConfig({
  // Every page is an entry of its own, so the room client never loads the editor of GraphiQL.
  build: {
    rolldownOptions: {
      input: ["index.html", "graphiql.html"],
      // "use client" matters to React on a server only, and nothing here runs there.
      onLog: (level, log, report) => log.code !== "MODULE_LEVEL_DIRECTIVE" && report(level, log),
    },
    // Pages run under `default-src 'self'`, which refuses data: URLs.
    assetsInlineLimit: 0,
    // The editor of GraphiQL is one chunk of a few megabytes, and its page is not for the public.
    chunkSizeWarningLimit: 6000,
  },
  plugins: [extractDataUrls(), precompress()],
  // The development server would bundle these ahead, and cannot where a module asks for a worker.
  optimizeDeps: { exclude: ["graphiql/setup-workers/vite", "@graphiql/react/setup-workers/vite"] },
  // `npm run dev` serves the pages itself and leaves everything else to a running node.
  server: {
    proxy: {
      "/graphql": { target: server, ws: true },
      "/dev": server,
      "/config.json": server,
    },
  },
});
