import { type ApolloCache, InMemoryCache, type Reference } from "@apollo/client";

import { inserted } from "../cache/insert.ts";
import type { ListRules, StoredList } from "../cache/messageList.ts";
import { MESSAGES, QUERY_MESSAGES, QUESTIONS, REPLIES } from "../cache/typePolicies.ts";
import {
  MessageFieldsFragmentDoc,
  type MessageFieldsFragment,
  MessageTombstoneFragmentDoc,
  type RoomEventsSubscription,
  RoomFieldsFragmentDoc,
} from "../generated/operations.ts";
import { hideAuthor } from "./hideAuthor.ts";
import { renewPins } from "./pins.ts";

/** What happened in a room since the batch before. */
export type RoomEventBatch = NonNullable<RoomEventsSubscription["roomEvents"]>;
/** One thing that happened, told apart by `__typename`. */
export type RoomEvent = RoomEventBatch["events"][number];

/** Brings the cache up to date with what came of a room, oldest first. Whoever watches the cache is told once. */
export function applyBatch(cache: ApolloCache, ...batches: readonly RoomEventBatch[]): void {
  const [first] = batches;
  if (!first) return;
  const events = batches.flatMap((batch) => batch.events);
  cache.batch({
    update: () => {
      for (const batch of batches) {
        for (const event of batch.events) applyEvent(cache, batch.roomId, event);
        applyCounts(cache, batch);
      }
      const messages = events.flatMap((event) => ("message" in event ? [event.message] : []));
      insertMessages(cache, first.roomId, messages);
      insertVoted(cache, first.roomId, batches.flatMap(({ counts }) => counts));
    },
  });
  if (isCollectionDue(cache, events.length)) forgetUnreachable(cache);
}

/**
 * Lets go of what nothing shows any more, as what was cut off a list, or ever showed, as replies to closed threads.
 * Apollo forgets the results that were read from it only outside of a batch.
 */
function forgetUnreachable(cache: ApolloCache): void {
  if (cache instanceof InMemoryCache) cache.gc({ resetResultCache: true });
  else cache.gc();
}

/** Puts messages into the cache and into the lists of their room, or of the message that they answer. */
export function putMessages(cache: ApolloCache, roomId: string, messages: readonly MessageFieldsFragment[]): void {
  cache.batch({
    update: () => {
      for (const message of messages) writeMessage(cache, message);
      insertMessages(cache, roomId, messages);
    },
  });
}

/** Whether enough was written since the last time. */
function isCollectionDue(cache: ApolloCache, count: number): boolean {
  const sum = (written.get(cache) ?? 0) + count;
  const isDue = sum > COLLECTED_AFTER;
  written.set(cache, isDue ? 0 : sum);
  return isDue;
}

const written = new WeakMap<ApolloCache, number>();

/** How many events may come before what is not needed is let go: then all that is shown has to be read again. */
const COLLECTED_AFTER = 500;

function applyEvent(cache: ApolloCache, roomId: string, event: RoomEvent): void {
  switch (event.__typename) {
    case "MessageSent":
      return writeMessage(cache, event.message);
    case "MessageChanged":
      writeMessage(cache, event.message);
      return renewPins(cache, roomId, event.message);
    case "MessageDeleted":
      writeTombstone(cache, roomId, event);
      return renewPins(cache, roomId, { id: event.messageId, pinnedAt: null });
    case "AuthorHidden":
      return hideAuthor(cache, roomId, event);
    case "RoomChanged":
      cache.writeFragment({ fragment: RoomFieldsFragmentDoc, fragmentName: "RoomFields", data: event.room });
      return;
    case "CustomEvent":
      return;
  }
}

function writeMessage(cache: ApolloCache, data: MessageFieldsFragment): void {
  letGo(cache, cache.writeFragment({ fragment: MessageFieldsFragmentDoc, fragmentName: "MessageFields", data }));
}

/** What is written as a fragment would be kept for ever, whether a list still has it or not. */
function letGo(cache: ApolloCache, written: Reference | undefined): void {
  if (written && cache instanceof InMemoryCache) cache.release(written.__ref);
}

/** Also for a message that is not here: a page with it may be on its way, read before it was deleted. */
function writeTombstone(
  cache: ApolloCache,
  roomId: string,
  { messageId, at, version }: Extract<RoomEvent, { __typename: "MessageDeleted" }>,
): void {
  const written = cache.writeFragment({
    fragment: MessageTombstoneFragmentDoc,
    data: {
      __typename: "Message",
      id: messageId,
      roomId,
      status: "DELETED",
      content: null,
      metadata: null,
      pinnedAt: null,
      deletedAt: at,
      version,
    },
  });
  letGo(cache, written);
}

function insertMessages(cache: ApolloCache, roomId: string, messages: readonly MessageFieldsFragment[]): void {
  const room = cache.identify({ __typename: "Room", id: roomId });
  const roots = messages.filter(({ parentId }) => parentId === null);
  const isOfRoom = ({ filter }: StoredList) => filter["roomId"] === roomId;
  insertInto(cache, room, "messages", MESSAGES, roots);
  insertInto(cache, room, "questions", QUESTIONS, roots);
  insertInto(cache, "ROOT_QUERY", "messages", QUERY_MESSAGES, roots, isOfRoom);
  for (const [parentId, replies] of byParent(messages)) {
    const parent = cache.identify({ __typename: "Message", id: parentId });
    insertInto(cache, parent, "replies", REPLIES, replies);
  }
}

function insertInto(
  cache: ApolloCache,
  id: string | undefined,
  field: string,
  rules: ListRules,
  messages: readonly { id: string }[],
  concerns: (list: StoredList) => boolean = () => true,
): void {
  if (id === undefined || messages.length === 0) return;
  cache.modify<Record<string, unknown>>({
    id,
    fields: {
      [field]: (value, { toReference, readField }) => {
        const list = value as StoredList;
        if (!concerns(list)) return list;
        const nodes = messages.flatMap((message) => toReference({ __typename: "Message", id: message.id }) ?? []);
        return inserted(rules, list, nodes, readField);
      },
    },
  });
}

function byParent(messages: readonly MessageFieldsFragment[]): Map<string, MessageFieldsFragment[]> {
  const replies = new Map<string, MessageFieldsFragment[]>();
  for (const message of messages) {
    if (message.parentId === null) continue;
    replies.set(message.parentId, [...(replies.get(message.parentId) ?? []), message]);
  }
  return replies;
}

/** Counts are absolute, so the last one told holds; of messages that are not here nothing is kept. */
function applyCounts(cache: ApolloCache, { roomId, counts, participantCount }: RoomEventBatch): void {
  for (const { messageId, upvoteCount, reactions } of counts) {
    const id = cache.identify({ __typename: "Message", id: messageId });
    if (id !== undefined) cache.modify({ id, fields: { upvoteCount: () => upvoteCount, reactions: () => reactions } });
  }
  const room = cache.identify({ __typename: "Room", id: roomId });
  if (room !== undefined && participantCount !== null) {
    cache.modify({ id: room, fields: { participantCount: () => participantCount } });
  }
}

/** With more votes a question may stand before those that are loaded. */
function insertVoted(cache: ApolloCache, roomId: string, counts: RoomEventBatch["counts"]): void {
  const room = cache.identify({ __typename: "Room", id: roomId });
  insertInto(cache, room, "questions", QUESTIONS, counts.map(({ messageId }) => ({ id: messageId })));
}
