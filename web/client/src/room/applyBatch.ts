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

/** Brings the cache up to date with a batch. Whoever watches the cache is told once. */
export function applyBatch(cache: ApolloCache, batch: RoomEventBatch): void {
  const isTrimmed = cache.batch({
    update: () => {
      for (const event of batch.events) applyEvent(cache, batch.roomId, event);
      const messages = batch.events.flatMap((event) => ("message" in event ? [event.message] : []));
      const isCut = insertMessages(cache, batch.roomId, messages);
      applyCounts(cache, batch);
      return isCut;
    },
  });
  if (isTrimmed) forgetUnreachable(cache);
}

/** Lets go of what nothing shows any more, and of all results that were read from it, which Apollo forgets only outside of a batch. */
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

/** Tells whether a list became too long and was cut. */
function insertMessages(cache: ApolloCache, roomId: string, messages: readonly MessageFieldsFragment[]): boolean {
  const room = cache.identify({ __typename: "Room", id: roomId });
  const roots = messages.filter(({ parentId }) => parentId === null);
  const isOfRoom = ({ filter }: StoredList) => filter["roomId"] === roomId;
  const cuts = [
    insertInto(cache, room, "messages", MESSAGES, roots),
    insertInto(cache, room, "questions", QUESTIONS, roots),
    insertInto(cache, "ROOT_QUERY", "messages", QUERY_MESSAGES, roots, isOfRoom),
  ];
  for (const [parentId, replies] of byParent(messages)) {
    const parent = cache.identify({ __typename: "Message", id: parentId });
    cuts.push(insertInto(cache, parent, "replies", REPLIES, replies));
  }
  return cuts.some((cut) => cut > 0);
}

function insertInto(
  cache: ApolloCache,
  id: string | undefined,
  field: string,
  rules: ListRules,
  messages: readonly MessageFieldsFragment[],
  concerns: (list: StoredList) => boolean = () => true,
): number {
  let cuts = 0;
  if (id === undefined || messages.length === 0) return cuts;
  cache.modify<Record<string, unknown>>({
    id,
    fields: {
      [field]: (value, { toReference, readField }) => {
        const list = value as StoredList;
        if (!concerns(list)) return list;
        const nodes = messages.flatMap((message) => toReference({ __typename: "Message", id: message.id }) ?? []);
        const longer = inserted(rules, list, nodes, readField);
        if (Object.keys(longer.rows).length < Object.keys(list.rows).length) cuts++;
        return longer;
      },
    },
  });
  return cuts;
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
