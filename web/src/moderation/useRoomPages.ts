import type { TypedDocumentNode } from "@apollo/client";
import { useQuery } from "@apollo/client/react";

import { useNotify } from "../app/Notices";
import { useRoomView } from "../room/RoomContext";

interface Page<Node> {
  nodes: Node[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** A query of one list of the room, by pages. */
export type RoomPages<Field extends string, Node> = TypedDocumentNode<{ room: Record<Field, Page<Node>> | null }, { roomId: string; after?: string | null }>;

/** A list as far as it was read. */
export interface Pages<Node> {
  /** Undefined until the first page is there. */
  nodes: readonly Node[] | undefined;
  error: unknown;
  refetch: () => void;
  /** Reads the next page; undefined where there is none. */
  more: (() => void) | undefined;
}

/** Reads a list of the room that is on the screen, a page at a time. */
export function useRoomPages<Field extends string, Node>(document: RoomPages<Field, Node>, field: Field): Pages<Node> {
  const { id: roomId } = useRoomView();
  const notify = useNotify();
  const { data, error, refetch, fetchMore } = useQuery(document, { variables: { roomId }, fetchPolicy: "network-only" });
  const page = data?.room?.[field] as Page<Node> | undefined;
  const more = () =>
    fetchMore({
      variables: { after: page?.pageInfo.endCursor ?? null },
      updateQuery: (previous, { fetchMoreResult: { room: next } }) => {
        const room = previous.room as Record<Field, Page<Node>> | null;
        if (!room || !next) return previous as never;
        const nodes = [...room[field].nodes, ...next[field].nodes];
        return { ...previous, room: { ...next, [field]: { ...next[field], nodes } } } as never;
      },
    }).catch(notify.error);
  return {
    nodes: page?.nodes,
    error,
    // The error is shown.
    refetch: () => void refetch().catch(() => undefined),
    more: page?.pageInfo.hasNextPage ? () => void more() : undefined,
  };
}
