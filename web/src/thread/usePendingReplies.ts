import { useApolloClient } from "@apollo/client/react";
import { outboxOf, type PendingMessage } from "@plenary/apollo";
import { useCallback, useMemo, useSyncExternalStore } from "react";

/** The viewer's own replies to a message that are not in the room yet. */
export function usePendingReplies(messageId: string): readonly PendingMessage[] {
  const { pending } = outboxOf(useApolloClient());
  const subscribe = useCallback(
    (changed: () => void) => {
      const subscription = pending.subscribe(changed);
      return () => subscription.unsubscribe();
    },
    [pending],
  );
  const all = useSyncExternalStore(subscribe, () => pending.value);
  return useMemo(() => all.filter(({ parentId }) => parentId === messageId), [all, messageId]);
}
