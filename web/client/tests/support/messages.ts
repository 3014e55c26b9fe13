import { gql, type TypedDocumentNode } from "@apollo/client";
import type { ApolloCache } from "@apollo/client";

import type { Message, Room, RoomEvent, RoomEventBatch } from "../../src/index.ts";

export const ROOM_ID = "hall";

/** A message of the room, as it was sent. */
export function message(seq: number, more: Partial<Message> = {}): Message {
  return {
    __typename: "Message",
    id: `${ROOM_ID}.${seq}`,
    roomId: ROOM_ID,
    seq,
    kind: "CHAT",
    status: "PUBLISHED",
    content: `m${seq}`,
    author: { __typename: "Author", userId: "ada", displayName: "Ada", avatarUrl: null, role: "PARTICIPANT" },
    parentId: null,
    createdAt: new Date(seq * 1_000).toISOString(),
    editedAt: null,
    deletedAt: null,
    version: 1,
    clientMessageId: null,
    repliedAt: null,
    lastReplyAt: null,
    replyCount: 0,
    questionStatus: null,
    answeredAt: null,
    upvoteCount: 0,
    reactions: [],
    pinnedAt: null,
    metadata: null,
    ...more,
  };
}

/** The room with its newest page. */
export function room(messages: readonly Message[], more: Partial<Room> = {}): Room {
  return {
    __typename: "Room",
    id: ROOM_ID,
    name: "Town hall",
    status: "OPEN",
    settings: {
      __typename: "RoomSettings",
      slowModeSeconds: 0,
      maxAcceptRate: 200,
      maxDeliveryRate: 20,
      maxMessageLength: 500,
      reviewMode: "OFF",
      chatEnabled: true,
      questionsEnabled: true,
      participantsCanReply: true,
      reactionsEnabled: true,
      anonymousQuestions: false,
      uniqueMessages: false,
      editWindowSeconds: 300,
      allowedReactions: ["clap"],
      retentionDays: 30,
    },
    metadata: null,
    createdAt: "2026-01-01T00:00:00.000Z",
    updatedAt: "2026-01-01T00:00:00.000Z",
    startsAt: null,
    closedAt: null,
    cursor: `${messages.at(-1)?.seq ?? 0}`,
    participantCount: 1,
    pinnedMessages: [],
    viewer: { __typename: "RoomViewer", userId: "ada", role: "PARTICIPANT", capabilities: ["READ"], mutedUntil: null, canSendAt: null },
    messages: {
      __typename: "MessageConnection",
      nodes: [...messages],
      pageInfo: pageInfo(messages),
    },
    ...more,
  };
}

/** Where a page lies that ends the list. */
export function pageInfo(messages: readonly Message[], hasPreviousPage = false, hasNextPage = false) {
  const cursor = (at: number) => messages.at(at)?.seq.toString() ?? null;
  return { __typename: "PageInfo" as const, hasNextPage, hasPreviousPage, startCursor: cursor(0), endCursor: cursor(-1) };
}

/** A batch with these events. */
export function batch(events: readonly RoomEvent[], more: Partial<RoomEventBatch> = {}): RoomEventBatch {
  return {
    __typename: "RoomEventBatch",
    roomId: ROOM_ID,
    cursor: `${events.at(-1)?.seq ?? 0}`,
    resume: "LIVE",
    events: [...events],
    skippedMessages: 0,
    participantCount: null,
    reactions: [],
    counts: [],
    ...more,
  };
}

/** That a message was sent. */
export function sent(of: Message): RoomEvent {
  return { __typename: "MessageSent", seq: of.seq, at: of.createdAt, message: of };
}

/** That a message changed, told at that position. */
export function changed(seq: number, of: Message): RoomEvent {
  return { __typename: "MessageChanged", seq, at: of.createdAt, message: of };
}

interface Listed {
  room: { messages: { nodes: Pick<Message, "id" | "content">[] } } | null;
}

export const LISTED: TypedDocumentNode<Listed, { roomId: string }> = gql`
  query ($roomId: ID!) {
    room(id: $roomId) {
      id
      messages {
        nodes {
          id
          content
        }
      }
    }
  }
`;

/** What the room's list says, in its order. */
export function contentsOf(cache: ApolloCache, roomId = ROOM_ID): (string | null)[] {
  return cache.readQuery({ query: LISTED, variables: { roomId } })?.room?.messages.nodes.map(({ content }) => content) ?? [];
}
