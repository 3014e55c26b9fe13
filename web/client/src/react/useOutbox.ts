import { useApolloClient } from "@apollo/client/react";

import { outboxOf, type PendingMessage } from "../send/outbox.ts";
import { useSubject } from "./useSubject.ts";

/** All that waits to be sent or has failed, of all rooms and threads, oldest first. */
export function useOutbox(): readonly PendingMessage[] {
  return useSubject(outboxOf(useApolloClient()).pending);
}
