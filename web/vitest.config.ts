import { defineConfig } from "vitest/config";

/** What drives a browser against a cluster; one of each for all files. */
const browser = {
  globalSetup: "tests/support/world.ts",
  // The browser and the nodes are busy enough with one.
  fileParallelism: false,
  testTimeout: 60_000,
  hookTimeout: 120_000,
};

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["src/**/*.test.{ts,tsx}"] } },
      { test: { ...browser, name: "browser", include: ["tests/browser/**/*.test.ts"] } },
      // Not tests: what is measured, and what is drawn for the documentation. Each is asked for by its name.
      { test: { ...browser, name: "bench", include: ["tests/bench/room.ts"], testTimeout: 3_600_000 } },
      { test: { ...browser, name: "screenshots", include: ["tests/screenshots/room.ts"] } },
    ],
  },
});
