import { expect, it } from "vitest";

import { codePoints } from "./codePoints";

it("counts what the server counts", () => {
  expect(codePoints("")).toBe(0);
  expect(codePoints("Grüße")).toBe(5);
  expect(codePoints("👍")).toBe(1);
  // A thumb and its color.
  expect(codePoints("👍🏽")).toBe(2);
  // A text that was cut in the middle of a character.
  expect(codePoints("a\ud83d")).toBe(2);
});
