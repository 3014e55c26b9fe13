import { useApolloClient } from "@apollo/client/react";
import { useCallback, useEffect, useRef, useState } from "react";

import type { RoomEventBatch } from "../room/applyBatch.ts";
import { type OpenRoom, openRoom, type RoomView } from "../room/openRoom.ts";

/** How a component follows a room. */
export interface UseRoomOptions {
  /** How many messages a page has; 50. */
  pageSize?: number;
  /** Told of each batch once it is in the cache: for reactions, custom events and the count of what was not shown. */
  onBatch?: (batch: RoomEventBatch) => void;
}

/** A room as a component shows it. */
export interface UseRoomResult extends RoomView {
  /** Loads the page before the oldest message. */
  loadOlder: () => Promise<void>;
}

const NOTHING: RoomView = { room: undefined, messages: [], pending: [], hasOlder: false, state: { status: "loading" } };

/** Reads a room, follows it as long as the component is there, and renders it again whenever it changes. */
export function useRoom(roomId: string, { pageSize, onBatch }: UseRoomOptions = {}): UseRoomResult {
  const client = useApolloClient();
  const [shown, setShown] = useState({ roomId, view: NOTHING });
  const open = useRef<OpenRoom>(undefined);
  const told = useRef(onBatch);
  useEffect(() => {
    told.current = onBatch;
  }, [onBatch]);

  useEffect(() => {
    const room = openRoom(client, roomId, {
      ...(pageSize !== undefined && { pageSize }),
      onBatch: (batch) => told.current?.(batch),
    });
    open.current = room;
    room.view.subscribe((view) => setShown({ roomId, view }));
    return () => room.close();
  }, [client, roomId, pageSize]);

  const loadOlder = useCallback(async () => open.current?.loadOlder(), []);
  // Until the effect has run, the view is that of the room before.
  return { ...(shown.roomId === roomId ? shown.view : NOTHING), loadOlder };
}
