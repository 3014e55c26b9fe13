import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: {
    alias: {
      "@plenary/apollo/react": source("react/index.ts"),
      "@plenary/apollo": source("index.ts"),
    },
  },
  test: {
    include: ["tests/**/*.test.{ts,tsx}"],
    // Each cluster is five processes.
    fileParallelism: false,
    // Nothing here is timed; this ends what hangs.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});

function source(path: string): string {
  return fileURLToPath(new URL(`src/${path}`, import.meta.url));
}
