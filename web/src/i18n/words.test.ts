import { readFileSync } from "node:fs";

import { buildSchema, GraphQLEnumType } from "graphql";
import { describe, expect, it } from "vitest";

import { de } from "./de";
import { en } from "./en";

const schema = buildSchema(readFileSync(new URL("../../../schema/schema.graphql", import.meta.url), "utf8"));
const LANGUAGES = [["English", en], ["German", de]] as const;

describe.each(LANGUAGES)("the words in %s", (_language, words) => {
  it("answer every code of an error, and tell the time that goes with it", () => {
    const codes = valuesOf("ErrorCode");
    expect(Object.keys(words.errors).sort()).toEqual([...codes].sort());
    for (const [code, say] of Object.entries(words.errors)) {
      const [plain, detailed] = [say({}), say({ wait: 7, until: "noon" })];
      expect(plain, code).toMatch(/^[A-ZÄÖÜ].*\.$/s);
      expect(plain + detailed, code).not.toMatch(/undefined|NaN|null/);
      expect(plain, code).not.toContain(code);
    }
    expect(words.errors.SLOW_MODE({ wait: 7 })).toContain("7");
    expect(words.errors.RATE_LIMITED({ wait: 7 })).toContain("7");
    expect(words.errors.MUTED({ until: "noon" })).toContain("noon");
    expect(words.errors.BANNED({ until: "noon" })).toContain("noon");
  });

  it("name every status, role and mode of the schema", () => {
    expect(Object.keys(words.status).sort()).toEqual(valuesOf("RoomStatus").sort());
    expect(Object.keys(words.roles).sort()).toEqual(valuesOf("Role").sort());
    expect(Object.keys(words.questions.status).sort()).toEqual(valuesOf("QuestionStatus").sort());
    expect(Object.keys(words.settings.review).sort()).toEqual(valuesOf("ReviewMode").sort());
    expect(Object.keys(words.moderation.types).sort()).toEqual(valuesOf("SanctionType").sort());
  });

  it("are all there", () => {
    for (const [path, text] of textsOf(words)) expect(text.trim(), path).not.toBe("");
  });

  it("tell one from many", () => {
    for (const count of [words.lobby.people, words.room.newMessages, words.message.replies, words.stage.upvotes, words.moderation.reportCount, words.message.unsent]) {
      expect(count(1)).not.toBe(count(2).replace("2", "1"));
    }
  });
});

it("both languages say the same things, each in its own words", () => {
  const [english, german] = [new Map(textsOf(en)), new Map(textsOf(de))];
  const sentences = [...english].filter(([, text]) => /\p{L} \p{L}/u.test(text));
  expect(sentences.filter(([path, text]) => german.get(path) === text)).toEqual([]);
});

function valuesOf(name: string): string[] {
  const type = schema.getType(name);
  if (!(type instanceof GraphQLEnumType)) throw new Error(`the schema has no enum ${name}`);
  return type.getValues().map((value) => value.name);
}

/** All that is said, by its path; what is said with something in it, with numbers. */
function textsOf(words: object, path = ""): [string, string][] {
  return Object.entries(words).flatMap(([key, value]: [string, unknown]): [string, string][] => {
    const here = `${path}/${key}`;
    if (typeof value === "string") return [[here, value]];
    if (typeof value === "function") return [[here, String((value as (...all: unknown[]) => unknown)(12, 34))]];
    return textsOf(value as object, here);
  });
}
