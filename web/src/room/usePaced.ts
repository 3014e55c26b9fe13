import type { Message, PendingMessage } from "@plenary/apollo";
import { useEffect, useRef, useState } from "react";

/** How often the list is drawn anew, in milliseconds: nobody reads faster, and a phone has other things to do. */
const PACE_MS = 150;

interface Lines {
  messages: readonly Message[];
  pending: readonly PendingMessage[];
}

/** What there is to draw, at a pace that a busy room cannot quicken. The reader's own messages do not wait. */
export function usePaced(messages: readonly Message[], pending: readonly PendingMessage[]): Lines {
  const [shown, setShown] = useState<Lines>({ messages, pending });
  const drawnAt = useRef(0);
  const hasOwn = pending.length > 0 || shown.pending.length > 0;
  useEffect(() => {
    const wait = hasOwn ? 0 : Math.max(0, drawnAt.current + PACE_MS - Date.now());
    const timer = setTimeout(() => {
      drawnAt.current = Date.now();
      setShown({ messages, pending });
    }, wait);
    return () => clearTimeout(timer);
  }, [messages, pending, hasOwn]);
  return shown;
}
