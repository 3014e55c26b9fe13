import type { ApolloClient } from "@apollo/client";
import { concat, defer, mergeMap, of, retry, type Subscription, throwError, timer } from "rxjs";

import { ViewerDocument, ViewerEventsDocument, type ViewerEventsSubscription } from "../generated/operations.ts";
import { fullJitter } from "../link/backoff.ts";
import { passesAfterMs } from "../link/retryLink.ts";
import { putMessages } from "./applyBatch.ts";

/** What concerns the caller alone, told apart by `__typename`. */
export type ViewerEvent = NonNullable<ViewerEventsSubscription["viewerEvents"]>;

/** Keeps `Room.viewer` up to date: the caller's role, what it allows, a mute. */
export function followViewer(client: ApolloClient, roomId: string, onEvent?: (event: ViewerEvent) => void): Subscription {
  // An event says what changed, not until when the caller is held back now.
  const renew = () =>
    void client.query({ query: ViewerDocument, variables: { roomId }, fetchPolicy: "network-only" }).catch(() => undefined);
  return viewerEvents(client, roomId, renew).subscribe({
    next: (event) => {
      if (!event) return;
      if (event.__typename === "MessageReviewed") putMessages(client.cache, roomId, [event.message]);
      else renew();
      onEvent?.(event);
    },
    // Whoever may not be in the room any more learns it from following the room.
    error: () => undefined,
  });
}

/** The events, subscribed to again when the server was busy or let go; `onReturn` because some may have been missed. */
function viewerEvents(client: ApolloClient, roomId: string, onReturn: () => void) {
  let isReturning = false;
  const events = defer(() => {
    if (isReturning) onReturn();
    isReturning = true;
    return client.subscribe({
      query: ViewerEventsDocument,
      variables: { roomId },
      fetchPolicy: "no-cache",
      context: { queryDeduplication: false },
    });
  }).pipe(
    mergeMap(({ data, error }) => (error ? throwError(() => error) : of(data?.viewerEvents))),
  );
  return concat(events, throwError(() => LET_GO)).pipe(
    retry({
      resetOnSuccess: true,
      delay: (error: unknown, count) => {
        const leastMs = error === LET_GO ? 0 : passesAfterMs(error);
        return leastMs === undefined ? throwError(() => error) : timer(leastMs + fullJitter(count - 1));
      },
    }),
  );
}

const LET_GO = new Error("the server let go of the subscription");
