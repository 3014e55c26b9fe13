import type { FieldPolicy, Reference, TypePolicies } from "@apollo/client";

import type { MessageKind, QuestionOrder, QuestionStatus } from "../generated/enums.ts";
import { type ListRules, messageList, type Rank, type ReadField } from "./messageList.ts";

/** Root messages of a room, oldest first. */
export const MESSAGES: ListRules = {
  filters: ["kinds"],
  rank: () => bySeq,
  cursorOf: cursorOfSeq,
  belongs: (message, { kinds }, readField) =>
    !Array.isArray(kinds) || kinds.includes(readField<MessageKind>("kind", message)),
};

/** The same by `Query.messages`, which names the room. */
export const QUERY_MESSAGES: ListRules = { ...MESSAGES, filters: ["roomId", "kinds"] };

/** Replies to a message, oldest first. */
export const REPLIES: ListRules = { filters: [], rank: () => bySeq, cursorOf: cursorOfSeq };

/** Questions of a room. One whose status has changed leaves the lists of the others by itself. */
export const QUESTIONS: ListRules = {
  filters: ["status", "orderBy"],
  rank: ({ orderBy = "TOP" }) => QUESTION_RANKS[orderBy as QuestionOrder],
  belongs(message, { status }, readField) {
    const isQuestion = readField<MessageKind>("kind", message) === "QUESTION";
    const own = readField<QuestionStatus>("questionStatus", message);
    return isQuestion && (!Array.isArray(status) || status.length === 0 || status.includes(own));
  },
};

/** What the cache must know of Plenary's types. Give it to `InMemoryCache`, or use `PlenaryCache`, which has it. */
export function plenaryTypePolicies(): TypePolicies {
  return {
    Query: {
      fields: {
        room: known("Room"),
        message: known("Message"),
        messages: messageList(QUERY_MESSAGES),
      },
    },
    Room: {
      fields: {
        messages: messageList(MESSAGES),
        questions: messageList(QUESTIONS),
        pinnedMessages: { merge: replaced },
        settings: { merge: true },
        viewer: { merge: true },
      },
    },
    Message: {
      fields: {
        replies: messageList(REPLIES),
        reactions: { merge: replaced },
        // As they were when the message was sent: one author may look different in two messages.
        author: { merge: replaced },
      },
    },
    Author: { keyFields: false },
  };
}

/** What is in the cache by its id needs no request. */
function known(__typename: string): FieldPolicy<Reference> {
  return {
    read: (reference, { args, toReference }) => reference ?? toReference({ __typename, id: String(args?.["id"]) }),
  };
}

function replaced(_existing: unknown, incoming: unknown): unknown {
  return incoming;
}

const QUESTION_RANKS: Record<QuestionOrder, Rank> = {
  TOP: (message, readField) => [-number("upvoteCount", message, readField), number("seq", message, readField)],
  NEWEST: (message, readField) => [-number("seq", message, readField)],
  OLDEST: bySeq,
};

function bySeq(message: Reference, readField: ReadField): readonly number[] {
  return [number("seq", message, readField)];
}

function number(field: string, message: Reference, readField: ReadField): number {
  return readField<number>(field, message) ?? 0;
}

function cursorOfSeq(message: Reference, readField: ReadField): string | undefined {
  return readField<number>("seq", message)?.toString();
}
