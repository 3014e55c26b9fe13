import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    // A synthesis of all stacks takes some seconds, on a busy machine many.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
