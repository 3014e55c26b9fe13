import type { ApolloClient } from "@apollo/client";

import { RoomDocument, type RoomQuery } from "../generated/operations.ts";

/** A room as this package reads it. */
export type Room = NonNullable<RoomQuery["room"]>;

/** How many messages a page has when nothing else is said. */
export const PAGE_SIZE = 50;

/** Reads a room and its newest page from the server, into the cache. */
export async function readRoom(client: ApolloClient, roomId: string, pageSize = PAGE_SIZE): Promise<Room> {
  const { data } = await client.query({
    query: RoomDocument,
    variables: { roomId, last: pageSize },
    fetchPolicy: "network-only",
  });
  if (!data?.room) throw new RoomNotFound(roomId);
  return data.room;
}

/** Reads a room anew and keeps nothing of the messages that were known: what changed in a gap cannot be told. */
export async function reloadRoom(client: ApolloClient, roomId: string, pageSize = PAGE_SIZE): Promise<Room> {
  const { data } = await client.query({
    query: RoomDocument,
    variables: { roomId, last: pageSize },
    fetchPolicy: "no-cache",
  });
  const room = data?.room;
  if (!room) throw new RoomNotFound(roomId);
  client.cache.batch({
    update: (cache) => {
      forgetMessages(client, roomId);
      cache.writeQuery({ query: RoomDocument, variables: { roomId, last: pageSize }, data: { __typename: "Query", room } });
    },
  });
  return room;
}

/** There is no such room, or the caller may not know of it. */
export class RoomNotFound extends Error {
  override name = "RoomNotFound";
  constructor(roomId: string) {
    super(`there is no room ${roomId}`);
  }
}

function forgetMessages({ cache }: ApolloClient, roomId: string): void {
  const room = cache.identify({ __typename: "Room", id: roomId });
  if (room !== undefined) for (const fieldName of ["messages", "questions"]) cache.evict({ id: room, fieldName });
  cache.evict({ id: "ROOT_QUERY", fieldName: "messages" });
  for (const [id, value] of Object.entries(cache.extract() as Record<string, { __typename?: string; roomId?: string }>)) {
    if (value.__typename === "Message" && value.roomId === roomId) cache.evict({ id, fieldName: "replies" });
  }
}
