import { CombinedGraphQLErrors } from "@apollo/client/errors";
import { ErrorCode } from "@plenary/apollo";
import { describe, expect, it } from "vitest";

import { de } from "./de";
import { describeError } from "./describeError";
import { type Dictionary, en } from "./en";
import { format } from "./format";

function refused(extensions: Record<string, unknown>) {
  return new CombinedGraphQLErrors({ errors: [{ message: "for people who debug", extensions }] });
}

const say = (error: unknown, text: Dictionary = en) => describeError(error, text, format("en", text));

describe("what is said about an error", () => {
  it("has words of its own for every code, in every language", () => {
    for (const text of [en, de]) {
      const words = Object.values(ErrorCode).map((code) => say(refused({ code }), text));
      expect(new Set(words).size).toBe(words.length);
      expect(words.join()).not.toContain("for people who debug");
    }
  });

  it("says for how long, and until when", () => {
    expect(say(refused({ code: "SLOW_MODE", retryAfterMs: 4200 }))).toBe("Slow mode: you can write again in 5 s.");
    expect(say(refused({ code: "MUTED", until: "2026-03-01T12:00:00.000Z" }))).toContain("Mar 1, 2026");
    expect(say(refused({ code: "SLOW_MODE", retryAfterMs: 4200 }), de)).toBe("Langsam-Modus: In 5 s kannst du wieder schreiben.");
  });

  it("does not show what it does not know", () => {
    expect(say(refused({ code: "INVENTED" }))).toBe(en.unknownError);
    expect(say(new TypeError("fetch failed"))).toBe(en.networkError);
  });
});

describe("languages", () => {
  it("say the same things", () => {
    const keys = (value: object, path = ""): string[] =>
      Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
        typeof inner === "object" && inner !== null ? keys(inner, `${path}${key}.`) : [`${path}${key}`],
      );
    expect(keys(de).sort()).toEqual(keys(en).sort());
  });
});
