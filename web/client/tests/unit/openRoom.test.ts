import { afterEach, describe, expect, it, vi } from "vitest";

import { type ErrorCode, type Message, openRoom, type Room } from "../../src/index.ts";
import { FakeServer, macrotask } from "../support/fakeLink.ts";
import { batch, changed, message, pageInfo, room, ROOM_ID, sent } from "../support/messages.ts";

describe("an open room", () => {
  afterEach(() => vi.restoreAllMocks());

  it("follows from the cursor that came with it, and says how it stands", async () => {
    const { server, open } = opened(() => room([message(1)]));
    expect(open.view.value.state).toEqual({ status: "loading" });
    await macrotask();
    expect(server.variablesOf("RoomEvents")).toEqual([{ roomId: ROOM_ID, after: "1" }]);
    expect(open.view.value.state).toEqual({ status: "joining" });
    server.batches.next(batch([sent(message(2))], { resume: "REPLAYED" }));
    expect(open.view.value).toMatchObject({ state: { status: "following", resume: "REPLAYED" }, messages: [{ seq: 1 }, { seq: 2 }] });
  });

  it("reads the room anew after a gap, keeps nothing it knew, and follows from there", async () => {
    let now = room([message(1), message(2)]);
    const { server, open } = opened(() => now);
    await macrotask();
    server.batches.next(batch([sent(message(3))]));

    now = room([message(2, { content: "edited in the gap", version: 2 }), message(90)], { cursor: "95" });
    server.batches.next(batch([], { resume: "GAP", cursor: "94" }));
    expect(open.view.value.state).toEqual({ status: "reloading" });
    await macrotask();

    expect(open.view.value.messages.map(({ content }) => content)).toEqual(["edited in the gap", "m90"]);
    expect(server.variablesOf("RoomEvents").map(({ after }) => after)).toEqual(["2", "95"]);
    server.batches.next(batch([sent(message(96))]));
    expect(open.view.value.state).toEqual({ status: "following", resume: "GAP" });
    expect(open.view.value.messages.at(-1)?.seq).toBe(96);
  });

  it("reads again after a gap until it succeeds, unless it may not", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    let now: Room | Error = room([message(1)]);
    const { server, open } = opened(() => now);
    await macrotask();
    now = new TypeError("fetch failed");
    server.batches.next(batch([], { resume: "GAP" }));
    await macrotask();
    expect(open.view.value.state).toEqual({ status: "reloading" });
    now = room([message(9)]);
    await vi.waitFor(() => expect(open.view.value.messages).toMatchObject([{ seq: 9 }]));

    now = new Error("no");
    server.batches.next(batch([], { resume: "GAP" }));
    await vi.waitFor(() => expect(open.view.value.state).toEqual({ status: "closed", error: now }));
  });

  it("ends when a batch cannot be applied, instead of going on without it", async () => {
    const { server, open } = opened(() => room([message(1)]));
    await macrotask();
    const error = new Error("a policy of the application");
    vi.spyOn(server.client.cache, "batch").mockImplementationOnce(() => {
      throw error;
    });
    server.batches.next(batch([sent(message(2))]));
    expect(open.view.value.state).toEqual({ status: "closed", error });
    expect(server.batches.observed).toBe(false);
    open.reopen();
    await macrotask();
    expect(open.view.value.state).toEqual({ status: "joining" });
  });

  it("is read and followed anew when the cache is reset, also while it is being read", async () => {
    let now = room([message(1)]);
    const { server, open } = opened(() => now);
    await server.client.resetStore();
    await macrotask();
    server.batches.next(batch([sent(message(2))]));
    expect(open.view.value).toMatchObject({ state: { status: "following" }, messages: [{ seq: 1 }, { seq: 2 }] });

    now = room([message(7)]);
    await server.client.resetStore();
    await macrotask();
    server.batches.next(batch([sent(message(8))]));
    expect(open.view.value).toMatchObject({ state: { status: "following" }, messages: [{ seq: 7 }, { seq: 8 }] });
    expect(server.variablesOf("RoomEvents").map(({ after }) => after)).toEqual(["1", "7"]);
  });

  it("is not changed by the answer to one that was closed", async () => {
    const { server, open } = opened(() => room([message(1)]));
    open.close();
    await macrotask();
    expect(server.client.cache.extract()).toEqual({});
  });

  it("follows what concerns the caller again when the server was busy, and reads what may have been missed", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const { server } = opened(() => room([message(1)]), undefined, ["UNAVAILABLE", "RATE_LIMITED", "BANNED"]);
    await vi.waitFor(() => expect(server.variablesOf("ViewerEvents")).toHaveLength(3));
    await macrotask();
    await macrotask();
    expect(server.variablesOf("ViewerEvents")).toHaveLength(3);
    expect(server.variablesOf("Viewer")).toHaveLength(2);
  });

  it("keeps nothing from before when it is entered again, but what is followed meanwhile", async () => {
    let now = room([message(1), message(2)]);
    const { server, open } = opened(() => now);
    await macrotask();
    // Message 1 was deleted, which its page no longer shows.
    now = room([message(2), message(3)]);
    const beside = openRoom(server.client, ROOM_ID);
    await macrotask();
    expect(beside.view.value.messages.map(({ seq }) => seq)).toEqual([1, 2, 3]);

    beside.close();
    open.close();
    const again = openRoom(server.client, ROOM_ID);
    await macrotask();
    expect(again.view.value.messages.map(({ seq }) => seq)).toEqual([2, 3]);
  });

  it("loads older pages, one at a time, and knows when there are no more", async () => {
    let now = pageOf(messages(3, 4), true);
    const { server, open } = opened(() => now);
    await macrotask();
    expect(open.view.value.hasOlder).toBe(true);

    now = pageOf(messages(1, 2), false);
    await Promise.all([open.loadOlder(), open.loadOlder()]);
    expect(server.variablesOf("OlderMessages")).toEqual([{ roomId: ROOM_ID, last: 50, before: "3" }]);
    expect(open.view.value).toMatchObject({ hasOlder: false, messages: [1, 2, 3, 4].map((seq) => ({ seq })) });
    await open.loadOlder();
    expect(server.variablesOf("OlderMessages")).toHaveLength(1);
  });

  it("can be asked for older pages without looking at the outcome, again and again", async () => {
    const nodes = [message(3)];
    let now: Room | Error = room(nodes, { messages: { __typename: "MessageConnection", nodes, pageInfo: pageInfo(nodes, true) } });
    const { server, open } = opened(() => now);
    await macrotask();
    now = new Error("offline");
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    void open.loadOlder();
    await macrotask();
    await expect(open.loadOlder()).rejects.toThrow("offline");
    process.off("unhandledRejection", unhandled);
    expect(unhandled).not.toHaveBeenCalled();
    expect(server.variablesOf("OlderMessages")).toHaveLength(2);
    expect(open.view.value.hasOlder).toBe(true);
  });

  it.each([
    { reader: "is at the newest message", said: [true], kept: 200 },
    { reader: "has left it", said: [true, false], kept: 311 },
    { reader: "is nobody knows where", said: [], kept: 311 },
  ])("keeps $kept messages of 311 when the reader $reader, also after a gap", async ({ said, kept }) => {
    const { server, open } = opened(() => room(messages(1, 10)));
    await macrotask();
    for (const isAtEnd of said) open.setAtEnd(isAtEnd);
    for (const resume of ["REPLAYED", "GAP"] as const) {
      server.batches.next(batch([], { resume }));
      await macrotask();
      server.batches.next(batch([], { resume: "REPLAYED" }));
      server.batches.next(batch(messages(11, 311).map(sent), { resume: "REPLAYED" }));
      expect(open.view.value.messages).toHaveLength(kept);
      expect(open.view.value.messages.at(-1)?.seq).toBe(311);
      expect(open.view.value.hasOlder).toBe(kept < 311);
    }
  });

  it("lets go of what was scrolled back to once the reader is at the newest message again", async () => {
    let now = pageOf(messages(301, 310), true);
    const { server, open } = opened(() => now);
    await macrotask();
    now = pageOf(messages(1, 300), false);
    await open.loadOlder();
    server.batches.next(batch([sent(message(311))]));
    expect(open.view.value.messages).toHaveLength(311);
    open.setAtEnd(true);
    server.batches.next(batch([sent(message(312))], { resume: "REPLAYED" }));
    expect(open.view.value).toMatchObject({ hasOlder: true, messages: messages(113, 312).map(({ seq }) => ({ seq })) });
  });

  it("says why it could not be read, and can be opened again", async () => {
    let now: Room | Error = new Error("offline");
    const { open } = opened(() => now);
    await macrotask();
    expect(open.view.value.state).toEqual({ status: "closed", error: now });

    now = room([message(1)]);
    open.reopen();
    await macrotask();
    expect(open.view.value).toMatchObject({ state: { status: "joining" }, messages: [{ seq: 1 }] });
  });

  it("is told of each batch after the cache, and of nothing once it is closed", async () => {
    const told: unknown[] = [];
    const { server, open } = opened(
      () => room([message(1)]),
      () => told.push(open.view.value.messages[0]?.content),
    );
    await macrotask();
    server.batches.next(batch([changed(2, message(1, { content: "edited", version: 2 }))]));
    open.close();
    server.batches.next(batch([changed(3, message(1, { content: "again", version: 3 }))]));
    expect(told).toEqual(["edited"]);
    expect(open.view.value.messages[0]?.content).toBe("edited");
  });
});

function messages(first: number, last: number): Message[] {
  return Array.from({ length: last - first + 1 }, (_, at) => message(first + at));
}

/** The room with a page that may not be the first. */
function pageOf(nodes: readonly Message[], hasOlder: boolean): Room {
  return room(nodes, { messages: { __typename: "MessageConnection", nodes: [...nodes], pageInfo: pageInfo(nodes, hasOlder) } });
}

function opened(answer: () => Room | Error, onBatch: () => void = () => undefined, refusals: ErrorCode[] = []) {
  const server = new FakeServer(answer);
  server.refusals.push(...refusals);
  return { server, open: openRoom(server.client, ROOM_ID, { onBatch }) };
}
