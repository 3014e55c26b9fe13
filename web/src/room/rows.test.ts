import type { Message } from "@plenary/apollo";
import { describe, expect, it } from "vitest";

import { rowsOf } from "./rows";
import { shift } from "./useFirstIndex";

/** A message of the chat with what the test says of it. */
function message(seq: number, createdAt: string, userId: string | null = "ada", kind: Message["kind"] = "CHAT"): Message {
  const author = userId === null ? null : { __typename: "Author" as const, userId, displayName: userId, avatarUrl: null, role: "PARTICIPANT" as const };
  return { id: `m${seq}`, seq, createdAt, kind, author } as Message;
}

const shape = (messages: Message[]) =>
  rowsOf(messages, []).map((row) => (row.kind === "message" ? `${row.startsDay ? "day " : ""}${row.startsGroup ? "name" : ""}`.trim() : row.kind));

describe("the rows of a chat", () => {
  it("put one name above what one author says within five minutes", () => {
    expect(
      shape([
        message(1, "2026-03-01T12:00:00.000Z"),
        message(2, "2026-03-01T12:04:59.000Z"),
        message(3, "2026-03-01T12:10:00.000Z"),
        message(4, "2026-03-01T12:10:01.000Z", "bob"),
      ]),
    ).toEqual(["day name", "", "name", "name"]);
  });

  it("begin anew on another day", () => {
    expect(shape([message(1, "2026-03-01T12:00:00.000Z"), message(2, "2026-03-03T12:00:00.000Z")])).toEqual(["day name", "day name"]);
  });

  it("group nothing without a name, and nothing that is no talk", () => {
    const at = "2026-03-01T12:00:00.000Z";
    expect(shape([message(1, at, null), message(2, at, null), message(3, at), message(4, at, "ada", "QUESTION"), message(5, at)])).toEqual([
      "day name",
      "name",
      "name",
      "name",
      "name",
    ]);
  });
});

describe("the first row", () => {
  const rows = (...seqs: number[]) => rowsOf(seqs.map((seq) => message(seq, "2026-03-01T12:00:00.000Z")), []);

  it("stays where it is while rows come at the end", () => {
    expect(shift(rows(5, 6), rows(5, 6, 7))).toBe(0);
  });

  it("moves down by what is put before it", () => {
    expect(shift(rows(5, 6), rows(2, 3, 5, 6))).toBe(-2);
  });

  it("moves up by what is taken away before it", () => {
    expect(shift(rows(2, 3, 5, 6), rows(5, 6))).toBe(2);
  });

  it("begins anew with other rows", () => {
    expect(shift(rows(2, 3), rows(8, 9))).toBe(0);
    expect(shift(rows(), rows(8, 9))).toBe(0);
  });
});
