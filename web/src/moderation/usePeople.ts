import { useApolloClient } from "@apollo/client/react";
import { useMemo } from "react";

import { useRoomView } from "../room/RoomContext";

/** Ids that are longer are cut: people know each other by names. */
const LONGEST_ID = 13;

/** Calls people by the names that they have written under in what this page has read; the others by a part of their ids. */
export function usePeople(about: unknown): (userId: string) => string {
  const client = useApolloClient();
  const { id: roomId } = useRoomView();
  return useMemo(() => {
    const names = new Map<string, string>();
    for (const { userId, displayName } of authorsIn(client.cache.extract(), roomId)) names.set(userId, displayName);
    return (userId) => names.get(userId) ?? shortened(userId);
    // Whenever there is something new to name, there may be new names.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [client, roomId, about]);
}

interface Author {
  userId: string;
  displayName: string;
}

/** What the cache may have, of which each object has something. */
interface Cached extends Partial<Author> {
  __typename?: string;
  id?: string;
  roomId?: string;
  author?: Author | null;
}

/** Who has written in the room, and the viewer. */
function authorsIn(cache: unknown, roomId: string): Author[] {
  return Object.values(cache as Record<string, Cached>).flatMap(({ __typename, id, displayName, author, ...message }) => {
    if (__typename === "User" && id !== undefined && displayName !== undefined) return [{ userId: id, displayName }];
    return __typename === "Message" && message.roomId === roomId && author ? [author] : [];
  });
}

function shortened(id: string): string {
  return id.length > LONGEST_ID ? `${id.slice(0, LONGEST_ID - 1)}…` : id;
}
