import { useApolloClient } from "@apollo/client/react";
import type { ViewerEvent } from "@plenary/apollo";
import { useConnectionState } from "@plenary/apollo/react";
import { useCallback, useEffect, useState } from "react";

import { useAccount } from "../app/Gate";
import { RoomViewerDocument } from "./RoomViewer.generated";

/** A ban that was imposed while the page was open. */
export type Ban = Extract<ViewerEvent, { __typename: "Sanctioned" }>["sanction"];

/**
 * Keeps a ban, which ends the page, among the events that concern the viewer alone.
 * These events have no position, so the viewer's place in the room is read again after each reconnect.
 */
export function useViewerEvents(roomId: string): [Ban | null, (event: ViewerEvent) => void] {
  const client = useApolloClient();
  const [ban, setBan] = useState<Ban | null>(null);
  const { status } = useConnectionState(useAccount().link);
  const isLive = status === "live";
  useEffect(() => {
    if (!isLive) return;
    // Where it is refused, the room itself says so.
    client.query({ query: RoomViewerDocument, variables: { roomId }, fetchPolicy: "network-only" }).catch(() => undefined);
  }, [client, roomId, isLive]);

  const onViewerEvent = useCallback((event: ViewerEvent) => {
    if (event.__typename === "Sanctioned" && event.sanction.type === "BAN") setBan(event.sanction);
  }, []);
  return [ban, onViewerEvent];
}
