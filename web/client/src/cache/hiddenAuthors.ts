import type { ApolloCache } from "@apollo/client";

/** That what an author had sent to a room was hidden. */
export interface HiddenAuthor {
  roomId: string;
  userId: string;
  /** What was sent before this position is hidden. */
  seq: number;
  /** And not before this time, if there is one. */
  since: string | null;
  /** When it was hidden. */
  at: string;
}

/** What tells whether a message is hidden. */
export interface Authored {
  __typename?: string;
  roomId?: string;
  seq?: number;
  status?: string;
  createdAt?: string;
  author?: { userId?: string } | null;
}

/** How long after an author was hidden a page may arrive that was read before, in milliseconds. */
const IN_FLIGHT_MS = 60_000;

const hidden = new WeakMap<ApolloCache, { author: HiddenAuthor; until: number }[]>();

/** Remembers an author for as long as pages are on their way that show what is hidden now. */
export function rememberHidden(cache: ApolloCache, author: HiddenAuthor): void {
  hidden.set(cache, [...stillHidden(cache), { author, until: Date.now() + IN_FLIGHT_MS }]);
}

/** The author as whose message this one was hidden a moment ago, if it was. */
export function hiddenAuthorOf(cache: ApolloCache, message: Authored): HiddenAuthor | undefined {
  return stillHidden(cache).find(({ author }) => covers(author, message))?.author;
}

function stillHidden(cache: ApolloCache) {
  return hidden.get(cache)?.filter(({ until }) => until > Date.now()) ?? [];
}

/** Whether a message is hidden with its author. */
export function covers({ roomId, seq, userId, since }: HiddenAuthor, message: Authored): boolean {
  return (
    message.__typename === "Message" &&
    message.roomId === roomId &&
    message.author?.userId === userId &&
    message.status !== "DELETED" &&
    (message.seq ?? 0) < seq &&
    (since === null || Date.parse(message.createdAt ?? "") >= Date.parse(since))
  );
}

/** Makes a tombstone of a message in the cache. */
export function hideMessage(cache: ApolloCache, id: string, { at }: HiddenAuthor): void {
  cache.modify({
    id,
    fields: {
      status: () => "DELETED",
      content: () => null,
      metadata: () => null,
      pinnedAt: () => null,
      deletedAt: () => at,
      // As the server counts: of a page that was read before, the older version loses.
      version: (version: number) => version + 1,
    },
  });
}
