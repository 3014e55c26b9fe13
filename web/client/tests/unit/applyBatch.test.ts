import { describe, expect, it } from "vitest";

import { type Message, MessageFieldsFragmentDoc, PlenaryCache, QuestionsDocument, RepliesDocument, RoomDocument, type RoomEventBatch } from "../../src/index.ts";
import { applyBatch } from "../../src/room/applyBatch.ts";
import { batch, changed, contentsOf, message, pageInfo, room, ROOM_ID, sent } from "../support/messages.ts";

const BEFORE = [message(1), message(2, { author: { ...message(2).author!, userId: "bob" } }), message(3)];

describe("a batch", () => {
  const cases: { name: string; batches: RoomEventBatch[]; contents: (string | null)[] }[] = [
    { name: "with messages", batches: [batch([sent(message(4)), sent(message(5))])], contents: ["m1", "m2", "m3", "m4", "m5"] },
    { name: "that comes twice", batches: [batch([sent(message(4))]), batch([sent(message(4))])], contents: ["m1", "m2", "m3", "m4"] },
    {
      name: "with a change",
      batches: [batch([changed(4, message(2, { content: "edited", version: 2 }))])],
      contents: ["m1", "edited", "m3"],
    },
    {
      name: "whose change is older than what is known",
      batches: [
        batch([changed(5, message(2, { content: "twice", version: 3 }))]),
        batch([changed(4, message(2, { content: "once", version: 2 }))]),
      ],
      contents: ["m1", "twice", "m3"],
    },
    {
      name: "with a deletion, which no replay takes back",
      batches: [
        batch([{ __typename: "MessageDeleted", seq: 4, at: message(4).createdAt, messageId: `${ROOM_ID}.2`, version: 2, reason: null }]),
        batch([sent(message(2))]),
      ],
      contents: ["m1", null, "m3"],
    },
    {
      name: "that hides an author: what was sent before, and nobody else's",
      batches: [
        batch([sent(message(4)), { __typename: "AuthorHidden", seq: 5, at: message(5).createdAt, userId: "ada", since: null }, sent(message(6))]),
        batch([sent(message(1))]),
      ],
      contents: [null, "m2", null, null, "m6"],
    },
    {
      name: "that hides an author since then",
      batches: [batch([{ __typename: "AuthorHidden", seq: 5, at: message(5).createdAt, userId: "ada", since: message(3).createdAt }])],
      contents: ["m1", "m2", null],
    },
    {
      name: "with a message that a review let through, which has its old place",
      batches: [batch([sent(message(6)), changed(7, message(5, { version: 2 }))])],
      contents: ["m1", "m2", "m3", "m5", "m6"],
    },
    { name: "with a reply, which is no root message", batches: [batch([sent(message(4, { parentId: `${ROOM_ID}.1` }))])], contents: ["m1", "m2", "m3"] },
    {
      name: "with a host's own event",
      batches: [batch([{ __typename: "CustomEvent", seq: 4, at: message(4).createdAt, name: "poll", data: { id: 1 } }])],
      contents: ["m1", "m2", "m3"],
    },
  ];

  it.each(cases)("$name", ({ batches, contents }) => {
    const cache = cacheWith(BEFORE);
    for (const each of batches) applyBatch(cache, each);
    expect(contentsOf(cache)).toEqual(contents);
  });

  it("is told to those who watch once", () => {
    const cache = cacheWith(BEFORE);
    let told = 0;
    cache.watch({ query: RoomDocument, variables: { roomId: ROOM_ID, last: 50 }, optimistic: true, callback: () => told++ });

    applyBatch(cache, batch([sent(message(4)), changed(5, message(1, { version: 2 })), sent(message(6))], { participantCount: 7 }));

    expect(told).toBe(1);
  });

  it("renews the room, its headcount, its pins, and the counts of messages", () => {
    const cache = cacheWith(BEFORE);
    const renamed = { ...roomIn(cache), name: "Renamed" };
    const pinned = message(2, { version: 2, pinnedAt: message(5).createdAt });

    applyBatch(
      cache,
      batch([{ __typename: "RoomChanged", seq: 4, at: message(4).createdAt, room: renamed }, changed(5, pinned)], {
        participantCount: 250_000,
        counts: [{ __typename: "MessageCounts", messageId: `${ROOM_ID}.1`, upvoteCount: 9, reactions: [{ __typename: "ReactionCount", name: "clap", count: 2 }] }],
      }),
    );

    const { name, participantCount, pinnedMessages, messages } = roomIn(cache);
    expect([name, participantCount, pinnedMessages.map(({ seq }) => seq)]).toEqual(["Renamed", 250_000, [2]]);
    expect(messages.nodes[0]).toMatchObject({ upvoteCount: 9, reactions: [{ name: "clap", count: 2 }] });

    applyBatch(cache, batch([changed(6, { ...pinned, version: 3, pinnedAt: null })]));
    expect(roomIn(cache).pinnedMessages).toEqual([]);
  });
});

describe("an answer that an event overtook", () => {
  it("does not take a message back, nor bring a deleted one", () => {
    const cache = new PlenaryCache();
    write(cache, [message(3)]);
    applyBatch(
      cache,
      batch([
        changed(4, message(3, { content: "edited", version: 2 })),
        { __typename: "MessageDeleted", seq: 5, at: message(5).createdAt, messageId: `${ROOM_ID}.2`, version: 2, reason: null },
      ]),
    );

    write(cache, [message(2), message(3)]);

    expect(contentsOf(cache)).toEqual([null, "edited"]);
    expect(cache.readFragment({ fragment: MessageFieldsFragmentDoc, fragmentName: "MessageFields", id: `Message:${ROOM_ID}.2` })).toMatchObject({
      status: "DELETED",
      version: 2,
    });
  });
});

describe("Room.questions", () => {
  const question = (seq: number, upvoteCount: number, more: Partial<Message> = {}) =>
    message(seq, { kind: "QUESTION", questionStatus: "OPEN", upvoteCount, ...more });
  const OPEN = { roomId: ROOM_ID, status: ["OPEN" as const], orderBy: "TOP" as const, first: 2 };

  it("follow their votes, come in where they belong, and leave when they are answered", () => {
    const cache = new PlenaryCache();
    const nodes = [question(2, 5), question(1, 3)];
    const connection = { __typename: "MessageConnection" as const, nodes, pageInfo: { ...pageInfo(nodes, false, true), endCursor: "rank" } };
    cache.writeQuery({ query: QuestionsDocument, variables: OPEN, data: { __typename: "Query", room: { __typename: "Room", id: ROOM_ID, questions: connection } } });
    const listed = () => cache.readQuery({ query: QuestionsDocument, variables: OPEN })?.room?.questions.nodes.map(({ seq }) => seq);

    applyBatch(cache, batch([], { counts: [{ __typename: "MessageCounts", messageId: `${ROOM_ID}.1`, upvoteCount: 8, reactions: [] }] }));
    expect(listed()).toEqual([1, 2]);
    // Nobody has voted for it: it stands behind those that are not loaded.
    applyBatch(cache, batch([sent(question(3, 0))]));
    expect(listed()).toEqual([1, 2]);
    applyBatch(cache, batch([changed(4, question(1, 8, { version: 2, questionStatus: "ANSWERED" }))]));
    expect(listed()).toEqual([2]);
  });
});

describe("Message.replies", () => {
  it("grow by replies to that message alone", () => {
    const cache = new PlenaryCache();
    const variables = { messageId: `${ROOM_ID}.1`, last: 50 };
    const replies = { __typename: "MessageConnection" as const, nodes: [], pageInfo: pageInfo([]) };
    cache.writeQuery({ query: RepliesDocument, variables, data: { __typename: "Query", message: { ...message(1), replies } } });

    applyBatch(cache, batch([sent(message(4, { parentId: `${ROOM_ID}.1` })), sent(message(5, { parentId: `${ROOM_ID}.2` }))]));

    expect(cache.readQuery({ query: RepliesDocument, variables })?.message?.replies.nodes.map(({ seq }) => seq)).toEqual([4]);
  });
});

function cacheWith(messages: Message[]): PlenaryCache {
  const cache = new PlenaryCache();
  write(cache, messages);
  return cache;
}

function write(cache: PlenaryCache, messages: Message[]): void {
  cache.writeQuery({ query: RoomDocument, variables: { roomId: ROOM_ID, last: 50 }, data: { __typename: "Query", room: room(messages) } });
}

function roomIn(cache: PlenaryCache) {
  return cache.readQuery({ query: RoomDocument, variables: { roomId: ROOM_ID, last: 50 } })!.room!;
}
