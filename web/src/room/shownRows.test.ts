import { describe, expect, it } from "vitest";

import { MOST_SHOWN, shownAround, shownRows } from "./shownRows";

const START = 1_000;
const few = { first: START, end: START + 10 };
const many = { first: START, end: START + 1_000 };

describe("the rows in the document", () => {
  it.each([
    ["all, when there are few", few, null, few],
    ["none, when there are none", { first: START, end: START }, null, { first: START, end: START }],
    ["the last, for a reader at the end", many, null, { first: many.end - MOST_SHOWN, end: many.end }],
    ["as many as allowed from where they begin", many, START + 300, { first: START + 300, end: START + 300 + MOST_SHOWN }],
    ["the first that are left, when those were taken away", many, START - 20, { first: START, end: START + MOST_SHOWN }],
    ["no fewer at the end than elsewhere", many, many.end - 1, { first: many.end - MOST_SHOWN, end: many.end }],
  ])("are %s", (_which, all, from, shown) => {
    expect(shownRows(all, from)).toEqual(shown);
  });

  it("are around the reader, above and below, and the same when chosen again", () => {
    const from = shownAround(many, START + 500);
    const { first, end } = shownRows(many, from);
    expect(first).toBeLessThan(START + 500);
    expect(end).toBeGreaterThan(START + 500);
    expect(shownAround(many, START + 500)).toBe(from);
  });

  it("begin with the first for a reader near it", () => {
    expect(shownAround(many, START + 1)).toBe(START);
  });
});
