import { useApolloClient } from "@apollo/client/react";
import { useCallback, useEffect, useRef, useState } from "react";

import { type OpenRoom, openRoom, type OpenRoomOptions, type RoomView } from "../room/openRoom.ts";

/** How a component follows a room. */
export type UseRoomOptions = OpenRoomOptions;

/** A room as a component shows it. */
export interface UseRoomResult extends RoomView {
  /** Loads the page before the oldest message. */
  loadOlder: () => Promise<void>;
  /** Says whether the reader is at the newest message, where fewer are kept. */
  setAtEnd: (isAtEnd: boolean) => void;
  /** Reads and follows the room anew after `state` came to be `closed`. */
  reopen: () => void;
}

const NOTHING: RoomView = { room: undefined, messages: [], pending: [], hasOlder: false, state: { status: "loading" } };

/** Reads a room, follows it as long as the component is there, and renders it again whenever it changes. */
export function useRoom(roomId: string, { pageSize, onBatch, onViewerEvent }: UseRoomOptions = {}): UseRoomResult {
  const client = useApolloClient();
  const [shown, setShown] = useState({ roomId, view: NOTHING });
  const open = useRef<OpenRoom>(undefined);
  const told = useRef({ onBatch, onViewerEvent });
  useEffect(() => {
    told.current = { onBatch, onViewerEvent };
  }, [onBatch, onViewerEvent]);

  useEffect(() => {
    const room = openRoom(client, roomId, {
      ...(pageSize !== undefined && { pageSize }),
      onBatch: (batch) => told.current.onBatch?.(batch),
      onViewerEvent: (event) => told.current.onViewerEvent?.(event),
    });
    open.current = room;
    room.view.subscribe((view) => setShown({ roomId, view }));
    return () => room.close();
  }, [client, roomId, pageSize]);

  const loadOlder = useCallback(() => open.current?.loadOlder() ?? Promise.resolve(), []);
  const setAtEnd = useCallback((isAtEnd: boolean) => open.current?.setAtEnd(isAtEnd), []);
  const reopen = useCallback(() => open.current?.reopen(), []);
  // Until the effect has run, the view is that of the room before.
  return { ...(shown.roomId === roomId ? shown.view : NOTHING), loadOlder, setAtEnd, reopen };
}
