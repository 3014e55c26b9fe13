import { useCallback, useSyncExternalStore } from "react";
import type { BehaviorSubject } from "rxjs";

/** The value of a subject, rendered again whenever that changes. */
export function useSubject<T>(subject: BehaviorSubject<T>): T {
  const subscribe = useCallback(
    (changed: () => void) => {
      const subscription = subject.subscribe(changed);
      return () => subscription.unsubscribe();
    },
    [subject],
  );
  const value = () => subject.value;
  return useSyncExternalStore(subscribe, value, value);
}
