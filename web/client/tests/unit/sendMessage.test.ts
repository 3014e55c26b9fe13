import { beforeEach, describe, expect, it, vi } from "vitest";

import { type OpenRoom, openRoom, outboxOf, sendMessage } from "../../src/index.ts";
import { FakeServer, macrotask } from "../support/fakeLink.ts";
import { batch, message, room, ROOM_ID, sent } from "../support/messages.ts";

describe("a message that is sent", () => {
  let server: FakeServer;
  let open: OpenRoom;
  /** What a person saw: messages, and what waits behind them. */
  let seen: string[];

  beforeEach(async () => {
    server = new FakeServer(() => room([message(1)]));
    open = openRoom(server.client, ROOM_ID);
    await macrotask();
    server.batches.next(batch([], { cursor: "1" }));
    seen = [];
    open.view.subscribe(({ messages, pending }) => {
      const now = [...messages.map(({ content }) => content), ...pending.map(({ input, state }) => `${input.content} (${state})`)].join(", ");
      if (now !== seen.at(-1)) seen.push(now);
    });
  });

  const arrived = message(2, { content: "hello", clientMessageId: "key" });
  const send = () => sendMessage(server.client, { roomId: ROOM_ID, content: "hello", clientMessageId: "key" });
  const event = () => server.batches.next(batch([sent(arrived)]));
  const lost = new TypeError("fetch failed");

  it.each<{ name: string; happens: (() => unknown)[]; saw: string[] }>([
    { name: "the answer comes first", happens: [() => server.succeed(arrived), event], saw: ["m1", "m1, hello (sending)", "m1, hello"] },
    { name: "the event comes first", happens: [event, () => server.succeed(arrived)], saw: ["m1", "m1, hello (sending)", "m1, hello"] },
    { name: "the event comes twice", happens: [event, event, () => server.succeed(arrived)], saw: ["m1", "m1, hello (sending)", "m1, hello"] },
    {
      name: "the event comes and the answer is lost",
      happens: [event, () => server.fail(lost)],
      saw: ["m1", "m1, hello (sending)", "m1, hello"],
    },
    {
      name: "the answer is lost, and the event comes later",
      happens: [() => server.fail(lost), event],
      saw: ["m1", "m1, hello (sending)", "m1, hello (failed)", "m1, hello"],
    },
    {
      name: "it fails, and is sent again",
      happens: [() => server.fail(lost), () => pending().retry(), () => server.succeed(arrived), event],
      saw: ["m1", "m1, hello (sending)", "m1, hello (failed)", "m1, hello (sending)", "m1, hello"],
    },
    {
      name: "it fails, and is discarded",
      happens: [() => server.fail(lost), () => pending().discard()],
      saw: ["m1", "m1, hello (sending)", "m1, hello (failed)", "m1"],
    },
    {
      name: "it is on its way, and cannot be discarded or sent twice",
      happens: [() => pending().discard(), () => pending().retry(), () => server.succeed(arrived)],
      saw: ["m1", "m1, hello (sending)", "m1, hello"],
    },
    {
      name: "others are before it",
      happens: [
        () => server.succeed(message(3, { content: "hello", clientMessageId: "key" })),
        () => server.batches.next(batch([sent(message(2))])),
        () => vi.waitFor(() => expect(open.view.value.messages).toHaveLength(3)),
      ],
      saw: ["m1", "m1, hello (sending)", "m1, hello", "m1, m2, hello"],
    },
  ])("is shown once: $name", async ({ happens, saw }) => {
    send().catch(() => undefined);
    await macrotask();
    for (const happen of happens) {
      await happen();
      await macrotask();
    }
    // What concerns others alone is shown at a reader's pace.
    await vi.waitFor(() => expect(seen).toEqual(saw));
    expect(new Set(server.variablesOf("SendMessage").map(({ input }) => JSON.stringify(input))).size).toBe(1);
  });

  it.each([
    { name: "somebody else's", other: message(2, { author: { ...message(2).author!, userId: "bob" }, clientMessageId: "key" }) },
    { name: "a reply's", other: message(2, { parentId: `${ROOM_ID}.1`, clientMessageId: "key" }) },
  ])("stays until it is there, although its key is also $name", async ({ other }) => {
    send().catch(() => undefined);
    await macrotask();
    server.batches.next(batch([sent(other)]));
    expect(open.view.value.pending).toHaveLength(1);
    await server.fail(lost);
    expect(open.view.value.pending).toMatchObject([{ state: "failed" }]);

    server.batches.next(batch([sent({ ...arrived, id: `${ROOM_ID}.3`, seq: 3 })]));
    expect(open.view.value.pending).toEqual([]);
  });

  it("is shown once although it has no name", async () => {
    send().catch(() => undefined);
    await macrotask();
    await server.succeed({ ...arrived, author: null });
    expect(seen).toEqual(["m1", "m1, hello (sending)", "m1, hello"]);
  });

  it("rejects with why it was refused, and keeps it with that", async () => {
    const outcome = send().catch((error: unknown) => error);
    await macrotask();
    await server.fail(lost);
    expect(await outcome).toBe(lost);
    expect(pending().error).toBe(lost);
    await expect(send()).rejects.toThrow("is being sent already");
  });

  it.each(["https", "http"])("has a key of its own when it is given none, on a page of %s", async (scheme) => {
    // https://w3c.github.io/webcrypto/#Crypto-method-randomUUID: [SecureContext]
    if (scheme === "http") vi.stubGlobal("crypto", { getRandomValues: crypto.getRandomValues.bind(crypto) });
    const input = { roomId: ROOM_ID, content: "hello" };
    void sendMessage(server.client, input);
    void sendMessage(server.client, input);
    await macrotask();
    const keys = server.variablesOf("SendMessage").map((variables) => (variables["input"] as { clientMessageId: string }).clientMessageId);
    vi.unstubAllGlobals();
    expect(new Set(keys).size).toBe(2);
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  function pending() {
    return outboxOf(server.client).pending.value[0]!;
  }
});
