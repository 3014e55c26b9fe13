import { ApolloClient, gql } from "@apollo/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { createPlenaryLink, ErrorCode, errorCode, PlenaryCache, refusal, SendMessageDocument, type TokenNeed } from "../../src/index.ts";
import { FakeSocket } from "../support/fakeSocket.ts";
import { message } from "../support/messages.ts";

type Answer = () => Response | Promise<never>;

const refused = (code: ErrorCode, more: object = {}): Answer => answer(200, { data: null, errors: [{ message: "no", extensions: { code, ...more } }] });
const cut: Answer = () => Promise.reject(new TypeError("fetch failed"));
const done = answer(200, { data: { sendMessage: message(1) } });
const busy = (headers: Record<string, string>): Answer => answer(503, "busy", headers);

describe("a message that is sent with its key", () => {
  beforeEach(() => vi.useFakeTimers({ now: 0 }));
  afterEach(() => vi.useRealTimers());

  // The random number of these tests is a half: of windows of 1, 2, 4 and 8 s.
  it.each<{ name: string; answers: Answer[]; sentAt: number[]; code?: ErrorCode }>([
    { name: "arrives", answers: [done], sentAt: [0] },
    { name: "goes through a cut", answers: [cut, done], sentAt: [0, 500] },
    { name: "waits as long as a busy server says", answers: [busy({ "retry-after": "3" }), done], sentAt: [0, 3_500] },
    { name: "waits until a busy server says", answers: [busy({ "retry-after": new Date(3_000).toUTCString() }), done], sentAt: [0, 3_500] },
    { name: "waits as a refusal says", answers: [refused("RATE_LIMITED", { retryAfterMs: 700 }), done], sentAt: [0, 1_200] },
    { name: "goes through a full room", answers: [refused("ROOM_BUSY"), refused("UNAVAILABLE"), done], sentAt: [0, 500, 1_500] },
    { name: "is given up after five attempts", answers: [cut, cut, cut, cut, cut, done], sentAt: [0, 500, 1_500, 3_500, 7_500] },
    { name: "is not kept back for long", answers: [refused("RATE_LIMITED", { retryAfterMs: 60_000 }), done], sentAt: [0], code: "RATE_LIMITED" },
    { name: "is refused for good", answers: [refused("MUTED", { until: "2026-01-01T00:00:00.000Z" }), done], sentAt: [0], code: "MUTED" },
    { name: "has to be changed", answers: [refused("MESSAGE_TOO_LONG", { field: "content" }), done], sentAt: [0], code: "MESSAGE_TOO_LONG" },
  ])("$name", async ({ answers, sentAt, code }) => {
    const { requests, outcome } = sendWith(answers, "key");
    await vi.runAllTimersAsync();

    expect(requests.map(({ at }) => at)).toEqual(sentAt);
    expect(new Set(requests.map(({ body }) => body)).size).toBe(1);
    expect(errorCode(await outcome)).toBe(code);
  });

  it("is never repeated without one", async () => {
    const { requests, outcome } = sendWith([cut, done], undefined);
    await vi.runAllTimersAsync();
    expect(requests).toHaveLength(1);
    expect(await outcome).toBeInstanceOf(TypeError);
  });
});

describe("a token that is refused", () => {
  const unauthenticated = answer(401, { errors: [{ message: "you are not signed in", extensions: { code: "UNAUTHENTICATED" } }] });

  it.each([
    { name: "is renewed once", answers: [unauthenticated, done], code: undefined, requests: 2 },
    { name: "is renewed once and no more", answers: [unauthenticated, unauthenticated, done], code: "UNAUTHENTICATED", requests: 2 },
  ])("$name", async ({ answers, code, requests: count }) => {
    const asked: TokenNeed[] = [];
    const { requests, outcome } = sendWith(answers, undefined, (need) => {
      asked.push(need);
      return `token ${asked.length}`;
    });
    expect(errorCode(await outcome)).toBe(code);
    expect(asked).toEqual([{ isStale: false }, { isStale: true }]);
    expect(requests.map(({ token }) => token)).toEqual(["token 1", "token 2"].slice(0, count));
  });
});

it("a query is repeated as well", async () => {
  vi.useFakeTimers();
  const { client, requests } = clientWith([cut, answer(200, { data: { viewer: { __typename: "User", id: "ada" } } })]);
  const result = client.query({ query: gql("{ viewer { id } }") });
  await vi.runAllTimersAsync();
  expect((await result).data).toMatchObject({ viewer: { id: "ada" } });
  expect(requests).toHaveLength(2);
  vi.useRealTimers();
});

it.each<{ answers: Answer[]; expected: unknown }>([
  { answers: [refused("SLOW_MODE", { retryAfterMs: 4_000 })], expected: { code: "SLOW_MODE", retryAfterMs: 4_000 } },
  { answers: [refused("BANNED", { until: "2030-01-01T00:00:00.000Z" })], expected: { code: "BANNED", until: new Date("2030-01-01") } },
  { answers: [refused("BAD_USER_INPUT", { field: "kind" })], expected: { code: "BAD_USER_INPUT", field: "kind" } },
  { answers: [refused("SOMETHING_NEW" as ErrorCode)], expected: undefined },
  { answers: [answer(400, { errors: [{ message: "no", extensions: { code: "QUERY_TOO_COMPLEX" } }] })], expected: { code: "QUERY_TOO_COMPLEX" } },
  { answers: [answer(418, "<html>")], expected: undefined },
  { answers: [answer(418, { errors: [null] })], expected: undefined },
  { answers: [cut], expected: undefined },
])("of a refusal the parts are read: $expected", async ({ answers, expected }) => {
  const { outcome } = sendWith(answers, undefined);
  expect(refusal(await outcome)).toEqual(expected);
});

function sendWith(answers: Answer[], clientMessageId: string | undefined, token?: (need: TokenNeed) => string) {
  const { client, requests } = clientWith(answers, token);
  const input = { roomId: "hall", content: "hello", ...(clientMessageId !== undefined && { clientMessageId }) };
  const outcome = client.mutate({ mutation: SendMessageDocument, variables: { input } }).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { requests, outcome };
}

function clientWith(answers: Answer[], token: (need: TokenNeed) => string = () => "token") {
  const requests: { at: number; body: unknown; token: string | null }[] = [];
  const fetch = async (_url: unknown, init: RequestInit = {}) => {
    requests.push({ at: Date.now(), body: init.body, token: new Headers(init.headers).get("authorization") });
    return answers[requests.length - 1]!();
  };
  const link = createPlenaryLink({ url: "http://node/graphql", token, fetch, random: () => 0.5, webSocketImpl: FakeSocket });
  return { client: new ApolloClient({ link, cache: new PlenaryCache() }), requests };
}

function answer(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return () => new Response(text, { status, headers: { "content-type": "application/json", ...headers } });
}
