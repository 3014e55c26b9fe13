import { ApolloClient } from "@apollo/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { type ConnectionState, PlenaryCache, RoomEventsDocument } from "../../src/index.ts";
import { SocketLink } from "../../src/link/SocketLink.ts";
import type { TokenNeed } from "../../src/link/token.ts";
import { fakeServer, settled } from "../support/fakeSocket.ts";
import { batch, message, sent } from "../support/messages.ts";

describe("the socket", () => {
  let server: ReturnType<typeof fakeServer>;
  let link: SocketLink;
  let asked: TokenNeed[];
  let states: ConnectionState[];
  let outcome: unknown[];

  beforeEach(() => {
    vi.useFakeTimers({ now: 0 });
    server = fakeServer();
    [asked, states, outcome] = [[], [], []];
    connectWith((need) => {
      asked.push(need);
      return `token ${asked.length}`;
    });
  });
  afterEach(() => {
    link.dispose();
    vi.useRealTimers();
  });

  it("resumes from the cursor received last, and says whether something was missed", async () => {
    follow();
    await socket(0).accept();
    await socket(0).next({ roomEvents: batch([sent(message(7))]) });
    socket(0).closedBy(1012, "Service restart");
    await settled();

    // Half of the window of 30 s, as the random number of this test says.
    expect(last(states)).toEqual({ status: "reconnecting", retryAt: new Date(15_000), code: 1012, reason: "Service restart" });
    await vi.advanceTimersByTimeAsync(14_999);
    expect(server.sockets).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    await socket(1).accept();

    expect(socket(0).subscribed.payload?.variables).toEqual({ roomId: "hall", after: "1" });
    expect(socket(1).subscribed.payload?.variables).toEqual({ roomId: "hall", after: "7" });
    expect(last(states)).toEqual({ status: "live" });
    await socket(1).next({ roomEvents: batch([sent(message(8))], { resume: "REPLAYED" }) });
    expect(last(states)).toEqual({ status: "live", resume: "REPLAYED" });
    expect(states.map(({ status }) => status)).toEqual(["idle", "connecting", "live", "reconnecting", "live", "live"]);
  });

  it("waits longer each time until something arrives again", async () => {
    follow();
    await socket(0).accept();
    for (const waitMs of [500, 1_000, 2_000]) {
      const before = Date.now();
      socket(server.sockets.length - 1).closedBy(4800, "Slow consumer");
      await settled();
      expect(last(states)).toMatchObject({ status: "reconnecting", retryAt: new Date(before + waitMs) });
      await vi.advanceTimersByTimeAsync(waitMs);
      await socket(server.sockets.length - 1).accept();
    }
    await socket(3).next({ roomEvents: batch([]) });
    socket(3).closedBy(4800);
    await settled();
    expect(last(states)).toMatchObject({ retryAt: new Date(Date.now() + 500) });
  });

  it("asks for a fresh token when one is refused, and is let in with it", async () => {
    follow();
    await socket(0).open();
    socket(0).closedBy(4403, "Token expired");
    await vi.advanceTimersByTimeAsync(250);
    await socket(1).accept();

    expect(asked).toEqual([{ isStale: false }, { isStale: true }]);
    expect(socket(1).frames[0]?.payload).toEqual({ Authorization: "token 2" });
    socket(1).closedBy(4803, "Connection lifetime reached");
    await vi.advanceTimersByTimeAsync(1_000);
    await socket(2).accept();
    expect(asked.at(-1)).toEqual({ isStale: false });
  });

  it("gives up a token that is refused three times", async () => {
    follow();
    for (let attempt = 0; attempt < 3; attempt++) {
      await socket(attempt).open();
      socket(attempt).closedBy(4403, "Forbidden");
      await vi.advanceTimersByTimeAsync(2_000);
    }
    expect(server.sockets).toHaveLength(3);
    expect(last(states)).toEqual({ status: "closed", code: 4403, reason: "Forbidden" });
    expect(outcome).toEqual([expect.objectContaining({ name: "ConnectionClosed", code: 4403 })]);
  });

  it("tries again when there is no token to be had now", async () => {
    link.dispose();
    connectWith(() => Promise.reject(new Error("offline")));
    follow();
    await socket(0).open();
    expect(last(states)).toMatchObject({ status: "reconnecting", code: 4499 });
    expect(outcome).toEqual([]);
  });

  it.each([1002, 1007, 1009, 4400, 4401, 4406, 4409, 4429])("gives up on %i", async (code) => {
    follow();
    await socket(0).accept();
    socket(0).closedBy(code, "why");
    await vi.advanceTimersByTimeAsync(600_000);
    expect(server.sockets).toHaveLength(1);
    expect(last(states)).toEqual({ status: "closed", code, reason: "why" });
    expect(outcome).toEqual([expect.objectContaining({ name: "ConnectionClosed", code, reason: "why" })]);
  });

  it("is taken for dead when it does not answer", async () => {
    follow();
    await socket(0).accept();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(socket(0).frames.at(-1)).toEqual({ type: "ping" });
    await socket(0).pong();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(last(states)).toEqual({ status: "live" });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(last(states)).toMatchObject({ status: "reconnecting", code: 4499 });
  });

  it("ends for good when it is disposed", async () => {
    follow();
    await socket(0).accept();
    link.dispose();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(server.sockets).toHaveLength(1);
    expect(last(states)).toEqual({ status: "closed", code: 1000, reason: "disposed" });
    expect(outcome).toEqual([expect.objectContaining({ name: "ConnectionClosed", code: 1000 })]);
  });

  it("ends at once when it is disposed while it waits or has nothing to do, and takes no more", async () => {
    follow();
    await socket(0).accept();
    socket(0).closedBy(1012);
    await settled();
    link.dispose();
    follow();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(server.sockets).toHaveLength(1);
    expect(last(states)).toMatchObject({ status: "closed", reason: "disposed" });
    expect(outcome).toEqual(Array(2).fill(expect.objectContaining({ name: "ConnectionClosed", code: 1000 })));

    connectWith(() => "token");
    link.dispose();
    expect(last(states)).toMatchObject({ status: "closed", reason: "disposed" });
  });

  it("stays closed when it is disposed while it connects", async () => {
    follow();
    await settled();
    link.dispose();
    await socket(0).accept();
    await settled();
    expect(last(states)).toMatchObject({ status: "closed", reason: "disposed" });
    expect(socket(0).readyState).toBe(3);
  });

  it.each([1001, 1005, 1006, 1008, 1011, 1014, 1015, 3000, 4004, 4500, 4999])("comes back after %i, which is not the server's", async (code) => {
    follow();
    await socket(0).accept();
    await socket(0).next({ roomEvents: batch([sent(message(7))]) });
    socket(0).closedBy(code);
    await settled();
    expect(last(states)).toMatchObject({ status: "reconnecting", code });
    await vi.advanceTimersByTimeAsync(1_000);
    await socket(1).accept();
    expect(socket(1).subscribed.payload?.variables).toEqual({ roomId: "hall", after: "7" });
    await socket(1).next({ roomEvents: batch([], { resume: "REPLAYED" }) });
    expect(last(states)).toEqual({ status: "live", resume: "REPLAYED" });
    expect(outcome).toEqual([]);
  });

  it("comes back after a cut, although tokens were refused for good before", async () => {
    follow();
    for (let attempt = 0; attempt < 3; attempt++) {
      await socket(attempt).open();
      socket(attempt).closedBy(4403);
      await vi.advanceTimersByTimeAsync(2_000);
    }
    follow();
    await vi.advanceTimersByTimeAsync(2_000);
    await socket(3).open();
    socket(3).closedBy(1006);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(server.sockets).toHaveLength(5);
  });

  it("comes back at once when asked to", async () => {
    follow();
    await socket(0).accept();
    socket(0).closedBy(1012);
    await settled();
    link.reconnect();
    await settled();
    expect(server.sockets).toHaveLength(2);
  });

  it("is missed where there is no WebSocket by those alone who subscribe", async () => {
    vi.stubGlobal("WebSocket", undefined);
    link = new SocketLink({ url: "ws://node/graphql", token: () => "token" });
    expect(outcome).toEqual([]);
    follow();
    await settled();
    vi.unstubAllGlobals();
    expect(outcome).toEqual([expect.objectContaining({ message: expect.stringContaining("WebSocket implementation missing") as string })]);
  });

  it("is idle when nobody needs it", async () => {
    const subscription = follow();
    await socket(0).accept();
    subscription.unsubscribe();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(last(states)).toEqual({ status: "idle" });
  });

  function connectWith(token: (need: TokenNeed) => string | Promise<string>): void {
    link = new SocketLink({ url: "ws://node/graphql", token, webSocketImpl: server.WebSocketImpl, random: () => 0.5 });
    link.state.subscribe((state) => states.push(state));
  }

  function follow() {
    const client = new ApolloClient({ link, cache: new PlenaryCache() });
    return client
      .subscribe({ query: RoomEventsDocument, variables: { roomId: "hall", after: "1" }, fetchPolicy: "no-cache" })
      .subscribe({ next: ({ error }) => error && outcome.push(error), error: (error) => outcome.push(error) });
  }

  function socket(index: number) {
    return server.sockets[index]!;
  }
});

function last<T>(items: readonly T[]): T | undefined {
  return items.at(-1);
}
