import type { ApolloClient } from "@apollo/client";
import type { Subscription } from "rxjs";

import { ViewerDocument, ViewerEventsDocument, type ViewerEventsSubscription } from "../generated/operations.ts";
import { putMessages } from "./applyBatch.ts";

/** What concerns the caller alone, told apart by `__typename`. */
export type ViewerEvent = NonNullable<ViewerEventsSubscription["viewerEvents"]>;

/** Keeps `Room.viewer` up to date: the caller's role, what it allows, a mute. */
export function followViewer(client: ApolloClient, roomId: string, onEvent?: (event: ViewerEvent) => void): Subscription {
  const apply = (event: ViewerEvent) => {
    if (event.__typename === "MessageReviewed") {
      putMessages(client.cache, roomId, [event.message]);
      return;
    }
    // An event says what changed, not until when the caller is held back now.
    client.query({ query: ViewerDocument, variables: { roomId }, fetchPolicy: "network-only" }).catch(() => undefined);
  };
  return client
    .subscribe({
      query: ViewerEventsDocument,
      variables: { roomId },
      fetchPolicy: "no-cache",
      context: { queryDeduplication: false },
    })
    .subscribe({
      next: ({ data }) => {
        const event = data?.viewerEvents;
        if (!event) return;
        apply(event);
        onEvent?.(event);
      },
      // Whoever may not be in the room any more learns it from following the room.
      error: () => undefined,
    });
}
