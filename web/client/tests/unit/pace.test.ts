import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { openRoom, outboxOf, type RoomEventBatch, sendMessage } from "../../src/index.ts";
import { FakeServer } from "../support/fakeLink.ts";
import { batch, message, room, ROOM_ID, sent } from "../support/messages.ts";

/** As long as a batch may wait, in milliseconds. */
const PACE_MS = 150;

const ONE_TO_TEN = Array.from({ length: 10 }, (_, at) => batch([sent(message(2 + at))]));
const OWN = batch([sent(message(9, { clientMessageId: "own" }))]);
const OTHERS_KEY = batch([sent(message(9, { clientMessageId: "another" }))]);

describe("the pace of an open room", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.spyOn(Math, "random").mockReturnValue(0);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it.each<{ name: string; batches: RoomEventBatch[]; atOnce: number; writes: number }>([
    { name: "the first batch after a while is written at once", batches: ONE_TO_TEN.slice(0, 1), atOnce: 1, writes: 1 },
    { name: "those that come soon after it are one write", batches: ONE_TO_TEN, atOnce: 1, writes: 2 },
    { name: "the caller's own message does not wait, nor what came before it", batches: [...ONE_TO_TEN.slice(0, 5), OWN], atOnce: 2, writes: 2 },
    { name: "somebody else's with a key does", batches: [...ONE_TO_TEN.slice(0, 5), OTHERS_KEY], atOnce: 1, writes: 2 },
    {
      name: "what was missed does not wait",
      batches: [...ONE_TO_TEN.slice(0, 5), batch([sent(message(9))], { resume: "REPLAYED" })],
      atOnce: 2,
      writes: 2,
    },
  ])("$name", async ({ batches, atOnce, writes }) => {
    const { server, told, written } = await following();
    void sendMessage(server.client, { roomId: ROOM_ID, content: "mine", clientMessageId: "own" });
    for (const each of batches) server.batches.next(each);
    expect(written()).toBe(atOnce);
    vi.advanceTimersByTime(PACE_MS);
    expect(written()).toBe(writes);
    expect(told).toEqual(batches.map(({ cursor }) => cursor));
    vi.advanceTimersByTime(10 * PACE_MS);
    expect(written()).toBe(writes);
    expect(outboxOf(server.client).pending.value).toHaveLength(batches.includes(OWN) ? 0 : 1);
  });

  it("is kept by a busy room: so many writes in a second, whatever comes", async () => {
    const { server, open, written } = await following();
    for (let seq = 2; seq < 102; seq++) {
      server.batches.next(batch([sent(message(seq))]));
      vi.advanceTimersByTime(10);
    }
    expect(written()).toBe(Math.ceil(1_000 / PACE_MS));
    vi.advanceTimersByTime(PACE_MS);
    expect(open.view.value.messages).toHaveLength(101);
  });

  it("is not slowed down by a page whose timers are late", async () => {
    const { server, told } = await following();
    server.batches.next(ONE_TO_TEN[0]!);
    server.batches.next(ONE_TO_TEN[1]!);
    expect(told).toEqual(["2"]);
    const now = performance.now();
    vi.spyOn(performance, "now").mockReturnValue(now + PACE_MS);
    server.batches.next(ONE_TO_TEN[2]!);
    expect(told).toEqual(["2", "3", "4"]);
  });

  it.each<{ name: string; ends: (server: FakeServer) => void; told: string[]; after: string }>([
    { name: "the server lets go", ends: ({ batches }) => batches.complete(), told: ["2", "3", "4"], after: "4" },
    { name: "too much was missed", ends: ({ batches }) => batches.next(batch([], { resume: "GAP" })), told: ["2", "3", "4"], after: "90" },
  ])("loses nothing that waits when $name", async ({ ends, told: expected, after }) => {
    const { server, told } = await following("90");
    for (const each of ONE_TO_TEN.slice(0, 3)) server.batches.next(each);
    ends(server);
    await vi.advanceTimersByTimeAsync(0);
    expect(told).toEqual(expected);
    expect(server.variablesOf("RoomEvents")[1]).toEqual({ roomId: ROOM_ID, after });
  });

  it("writes nothing once it is closed", async () => {
    const { server, open, told, written } = await following();
    for (const each of ONE_TO_TEN.slice(0, 3)) server.batches.next(each);
    open.close();
    vi.advanceTimersByTime(PACE_MS);
    expect([told, written()]).toEqual([["2"], 1]);
  });
});

/** A room that is followed since a while, what was told of it, and how often those who watch the cache were. */
async function following(reloadedAt = "1") {
  const cursors = ["1", reloadedAt];
  const server = new FakeServer(() => room([message(1)], { cursor: cursors.shift() ?? reloadedAt }));
  const told: string[] = [];
  const open = openRoom(server.client, ROOM_ID, { onBatch: ({ cursor }) => told.push(cursor) });
  await vi.advanceTimersByTimeAsync(0);
  server.batches.next(batch([], { cursor: "1" }));
  vi.advanceTimersByTime(PACE_MS);
  told.length = 0;
  const writes = vi.spyOn(server.client.cache, "batch");
  return { server, open, told, written: () => writes.mock.calls.length };
}
