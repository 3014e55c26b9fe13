import { expect, it } from "vitest";

import { de } from "./de";
import { en } from "./en";
import { format } from "./format";

it.each([
  ["en", en, ["Today", "Yesterday", "Wednesday, February 28"]],
  ["de", de, ["Heute", "Gestern", "Mittwoch, 28. Februar"]],
] as const)("days are called by what they are, in %s", (language, text, expected) => {
  const now = new Date(2024, 2, 1, 0, 30);
  const { day } = format(language, text);
  const days = [now, new Date(2024, 1, 29, 23, 59), new Date(2024, 1, 28, 12)];
  expect(days.map((date) => day(date.toISOString(), now))).toEqual(expected);
});
