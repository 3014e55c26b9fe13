import type { Message } from "@plenary/apollo";
import { useState } from "react";

/** How many messages came since the reader left the newest one. */
export function useUnread(messages: readonly Message[], isAtNewest: boolean): number {
  const newest = messages.at(-1)?.seq ?? 0;
  const [seen, setSeen] = useState(newest);
  if (isAtNewest && seen !== newest) setSeen(newest);
  if (isAtNewest) return 0;
  return messages.length - (messages.findLastIndex(({ seq }) => seq <= seen) + 1);
}
