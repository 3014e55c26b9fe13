import type { ApolloCache } from "@apollo/client";

import type { RoomEvent } from "./applyBatch.ts";

type AuthorHidden = Extract<RoomEvent, { __typename: "AuthorHidden" }>;

/** Makes tombstones of what an author had sent. It is rare, so it looks at the whole cache. */
export function hideAuthor(cache: ApolloCache, roomId: string, event: AuthorHidden): void {
  for (const [id, value] of Object.entries(cache.extract(true) as Record<string, CachedMessage>)) {
    if (value.__typename !== "Message" || value.roomId !== roomId || !covers(event, value)) continue;
    cache.modify({
      id,
      fields: {
        status: () => "DELETED",
        content: () => null,
        metadata: () => null,
        pinnedAt: () => null,
        deletedAt: () => event.at,
        // As the server counts: of a page that was read before, the older version loses.
        version: (version: number) => version + 1,
      },
    });
  }
}

interface CachedMessage {
  __typename?: string;
  roomId?: string;
  seq?: number;
  status?: string;
  createdAt?: string;
  author?: { userId?: string } | null;
}

function covers({ seq, userId, since }: AuthorHidden, message: CachedMessage): boolean {
  return (
    message.author?.userId === userId &&
    message.status !== "DELETED" &&
    (message.seq ?? 0) < seq &&
    (since === null || Date.parse(message.createdAt ?? "") >= Date.parse(since))
  );
}
