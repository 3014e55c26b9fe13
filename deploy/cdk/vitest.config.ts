import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    // Reading in the CDK takes longer than all tests, so they share it; they share no state of their own.
    isolate: false,
    fileParallelism: false,
    // A synthesis of all stacks takes some seconds, on a busy machine many.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
