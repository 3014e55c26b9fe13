import { useApolloClient, useSubscription } from "@apollo/client/react";
import { useConnectionState } from "@plenary/apollo/react";
import { useCallback, useEffect, useState } from "react";

import { useAccount } from "../app/Gate";
import { RoomViewerDocument, ViewerEventsDocument, type ViewerEventsSubscription } from "./RoomViewer.generated";

/** A ban that was imposed while the page was open. */
export type Ban = Extract<NonNullable<ViewerEventsSubscription["viewerEvents"]>, { __typename: "Sanctioned" }>["sanction"];

/**
 * Follows what concerns the viewer alone and keeps the viewer's place in the room up to date.
 * These events have no position, so after each reconnect the place is read again.
 */
export function useViewerEvents(roomId: string): Ban | null {
  const client = useApolloClient();
  const [ban, setBan] = useState<Ban | null>(null);
  const { status } = useConnectionState(useAccount().link);
  const isLive = status === "live";

  const readPlace = useCallback(() => {
    // Where it is refused, the room itself says so.
    client.query({ query: RoomViewerDocument, variables: { roomId }, fetchPolicy: "network-only" }).catch(() => undefined);
  }, [client, roomId]);
  useEffect(() => {
    if (isLive) readPlace();
  }, [isLive, readPlace]);

  useSubscription(ViewerEventsDocument, {
    variables: { roomId },
    onData: ({ data: { data } }) => {
      const event = data?.viewerEvents;
      if (event?.__typename === "Sanctioned" && event.sanction.type === "BAN") setBan(event.sanction);
      else readPlace();
    },
    // It ends with the room, which says why.
    onError: () => undefined,
  });
  return ban;
}
