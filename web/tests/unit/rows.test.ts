import type { Message, PendingMessage } from "@plenary/apollo";
import { describe, expect, it } from "vitest";

import { de } from "../../src/i18n/de.ts";
import { en } from "../../src/i18n/en.ts";
import { format } from "../../src/i18n/format.ts";
import { rowsOf } from "../../src/room/rows.ts";
import { shift } from "../../src/room/useFirstIndex.ts";

/** A message at a minute of the first of March, or `day` days later. */
function at(minute: number, name: string, more: { day?: number; kind?: Message["kind"] } = {}): Message {
  const { day = 0, kind = "CHAT" } = more;
  const createdAt = new Date(2024, 2, 1 + day, 12, minute).toISOString();
  return { id: `${day}/${minute}`, createdAt, kind, author: { userId: name, displayName: name } } as Message;
}

/** Which messages stand below a day (`D`), below a name (`N`), or just below the one before (`-`). */
function shape(messages: Message[]): string {
  return rowsOf(messages, [])
    .map((row) => (row.kind !== "message" ? "?" : row.startsDay ? "D" : row.startsGroup ? "N" : "-"))
    .join("");
}

describe("the rows of a chat", () => {
  it.each([
    ["one author is named once", [at(0, "ada"), at(1, "ada"), at(2, "ada")], "D--"],
    ["another author is named", [at(0, "ada"), at(1, "bob"), at(2, "ada")], "DNN"],
    ["after a while an author is named again", [at(0, "ada"), at(4, "ada"), at(9, "ada")], "D-N"],
    ["a day has its line, and its names anew", [at(0, "ada"), at(0, "ada", { day: 1 }), at(1, "ada", { day: 1 })], "DD-"],
    ["an announcement stands alone", [at(0, "ada"), at(1, "ada", { kind: "ANNOUNCEMENT" }), at(2, "ada")], "DNN"],
    ["who asks without a name is not grouped", [{ ...at(0, ""), author: null }, { ...at(1, ""), author: null }], "DN"],
  ] as const)("%s", (_name, messages, expected) => {
    expect(shape([...messages])).toBe(expected);
  });

  it("what is on its way comes last", () => {
    const pending = { clientMessageId: "p" } as PendingMessage;
    expect(rowsOf([at(0, "ada")], [pending]).map(({ key }) => key)).toEqual(["0/0", "p"]);
  });

  it("know by how much the first one moved", () => {
    const rows = (...minutes: number[]) => rowsOf(minutes.map((minute) => at(minute, "ada")), []);
    expect(shift(rows(3, 4), rows(1, 2, 3, 4))).toBe(-2);
    expect(shift(rows(1, 2, 3), rows(3, 4))).toBe(2);
    expect(shift(rows(1, 2), rows(1, 2, 3))).toBe(0);
    expect(shift(rows(), rows(1))).toBe(0);
    expect(shift(rows(1, 2), rows(7, 8))).toBe(0);
  });
});

it.each([
  ["en", en, ["Today", "Yesterday", "Wednesday, February 28"]],
  ["de", de, ["Heute", "Gestern", "Mittwoch, 28. Februar"]],
] as const)("days are called by what they are, in %s", (language, text, expected) => {
  const now = new Date(2024, 2, 1, 0, 30);
  const { day } = format(language, text);
  const days = [now, new Date(2024, 1, 29, 23, 59), new Date(2024, 1, 28, 12)];
  expect(days.map((date) => day(date.toISOString(), now))).toEqual(expected);
});
