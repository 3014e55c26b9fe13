import type { ApolloCache } from "@apollo/client";

import { type Authored, covers, hideMessage, rememberHidden } from "../cache/hiddenAuthors.ts";
import type { RoomEvent } from "./applyBatch.ts";

type AuthorHidden = Extract<RoomEvent, { __typename: "AuthorHidden" }>;

/** Makes tombstones of what an author had sent. It is rare, so it looks at the whole cache. */
export function hideAuthor(cache: ApolloCache, roomId: string, { userId, seq, since, at }: AuthorHidden): void {
  const author = { roomId, userId, seq, since, at };
  rememberHidden(cache, author);
  for (const [id, value] of Object.entries(cache.extract(true) as Record<string, Authored>)) {
    if (covers(author, value)) hideMessage(cache, id, author);
  }
}
