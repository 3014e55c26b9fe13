// @vitest-environment jsdom
import { beforeEach, expect, it } from "vitest";

import { expiresAt, rememberedSession, tokenSession } from "./session";

const token = (claims: object) => `e30.${btoa(JSON.stringify(claims)).replaceAll("+", "-").replaceAll("/", "_")}.x`;
const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;

beforeEach(() => sessionStorage.clear());

it("reads when a token ends, and takes what is none for one that has ended", () => {
  expect(expiresAt(token({ exp: 1234 }))).toBe(1_234_000);
  for (const text of ["", "a.b.c", "e30.e30.x", "nothing"]) expect(expiresAt(text)).toBe(0);
});

it("remembers a session in this tab until it is left", async () => {
  const valid = token({ exp: inAnHour() });
  const session = tokenSession(valid);
  expect(await rememberedSession()?.token(false)).toBe(valid);
  await session.signOut();
  expect(rememberedSession()).toBeNull();
});

it("forgets a token that has ended", () => {
  tokenSession(token({ exp: 1 }));
  expect(rememberedSession()).toBeNull();
  expect(sessionStorage.length).toBe(0);
});

it("has no second token when the server refuses the first", async () => {
  await expect(tokenSession(token({ exp: inAnHour() })).token(true)).rejects.toThrow("ended");
});
