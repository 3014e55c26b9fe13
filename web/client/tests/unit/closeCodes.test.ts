import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

import { REACTIONS, waitBefore } from "../../src/link/closeCodes.ts";
import { seeded } from "../support/random.ts";

const SERVER = new URL("../../../../api/src/ws/close_code.rs", import.meta.url);

describe("close codes", () => {
  it("are those of the server, and given up where it says so", () => {
    const table = [...readFileSync(SERVER, "utf8").matchAll(/^\/\/! \| (\d{4}) \| .* \| (yes|no) \|$/gm)];
    const server = Object.fromEntries(table.map(([, code, isRetried]) => [code!, isRetried === "no"]));
    const ours = Object.fromEntries(Object.entries(REACTIONS).map(([code, reaction]) => [code, reaction === "give up"]));
    expect(table.length).toBeGreaterThan(0);
    expect(ours).toEqual(server);
  });

  it("of a node that goes spread its clients evenly over half a minute", () => {
    const random = seeded(7);
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let client = 0; client < 10_000; client++) tenths[Math.floor(waitBefore({ code: 1012, reason: "" }, 0, random) / 3_000)]!++;
    expect(tenths).toHaveLength(10);
    for (const count of tenths) expect(count).toBeGreaterThan(900);
  });

  const longest = () => 0.999_999;
  it.each([
    { code: 1012, windows: [30_000, 60_000, 120_000, 120_000] },
    { code: 1013, windows: [30_000, 60_000, 120_000, 120_000] },
    { code: 1006, windows: [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000] },
    { code: 4800, windows: [1_000, 2_000, 4_000] },
    { code: 4803, windows: [500, 1_000, 2_000] },
    { code: 4806, windows: [500, 1_000, 2_000] },
    { code: 4999, windows: [1_000, 2_000, 4_000] },
  ])("$code waits at most $windows ms", ({ code, windows }) => {
    const waits = windows.map((_window, attempt) => Math.round(waitBefore({ code, reason: "" }, attempt, longest)));
    expect(waits).toEqual(windows);
  });
});
