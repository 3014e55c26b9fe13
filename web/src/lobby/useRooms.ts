import type { ApolloClient } from "@apollo/client";
import { useApolloClient } from "@apollo/client/react";
import { useCallback, useEffect, useState } from "react";

import type { RoomStatus } from "../schema.generated";
import { LobbyRoomsDocument } from "./Lobby.generated";
import type { RoomCardFragment } from "./RoomCard.generated";

interface RoomList {
  nodes: readonly RoomCardFragment[];
  hasMore: boolean;
}

/** Rooms of some statuses, as far as they were read. */
export interface Rooms {
  /** Undefined until they were read for the first time. */
  list: RoomList | undefined;
  error: unknown;
  loadMore: () => void;
  retry: () => void;
}

/** Reads rooms of these statuses, and every so often (in milliseconds) again, all pages that are shown. */
export function useRooms(status: readonly RoomStatus[], everyMs: number): Rooms {
  const client = useApolloClient();
  const [pages, setPages] = useState(1);
  const [attempt, setAttempt] = useState(0);
  const [list, setList] = useState(() => known(client, status));
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    let isGone = false;
    let timer: ReturnType<typeof setTimeout>;
    const look = async () => {
      const [found, failure] = await read(client, status, pages).then(
        (rooms) => [rooms, undefined] as const,
        (reason: unknown) => [undefined, reason] as const,
      );
      if (isGone) return;
      if (found) setList(found);
      setError(failure);
      timer = setTimeout(() => void look(), everyMs);
    };
    void look();
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [client, status, everyMs, pages, attempt]);
  const loadMore = useCallback(() => setPages((before) => before + 1), []);
  const retry = useCallback(() => setAttempt((before) => before + 1), []);
  return { list, error, loadMore, retry };
}

/** A room may move from page to page while they are read. */
async function read(client: ApolloClient, status: readonly RoomStatus[], pages: number): Promise<RoomList> {
  const found = new Map<string, RoomCardFragment>();
  let after: string | null = null;
  let hasMore = true;
  for (let page = 0; page < pages && hasMore; page++) {
    const variables: { status: RoomStatus[]; after: string | null } = { status: [...status], after };
    const { data } = await client.query({ query: LobbyRoomsDocument, variables, fetchPolicy: "network-only" });
    for (const room of data?.rooms.nodes ?? []) found.set(room.id, room);
    hasMore = data?.rooms.pageInfo.hasNextPage ?? false;
    after = data?.rooms.pageInfo.endCursor ?? null;
  }
  return { nodes: [...found.values()], hasMore };
}

/** What was read by an earlier visit. */
function known(client: ApolloClient, status: readonly RoomStatus[]): RoomList | undefined {
  const data = client.readQuery({ query: LobbyRoomsDocument, variables: { status: [...status], after: null } });
  return data ? { nodes: data.rooms.nodes, hasMore: data.rooms.pageInfo.hasNextPage } : undefined;
}
