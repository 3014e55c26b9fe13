import { useEffect, useState } from "react";

/** The longest that a browser's timer can wait, in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

/** The whole seconds until an instant, in milliseconds since 1970, counted down as they pass; 0 from then on. */
export function useCountdown(until: number): number {
  const [now, setNow] = useState(() => Date.now());
  const left = Math.max(0, until - now);
  useEffect(() => {
    const remaining = until - Date.now();
    if (remaining <= 0) {
      if (now < until) setNow(Date.now());
      return;
    }
    // On the second, so that the number on the screen is the one that counts. Far away nobody counts seconds.
    const next = remaining > 3_600_000 ? Math.min(remaining - 3_600_000, LONGEST_MS) : remaining % 1000 || 1000;
    const timer = setTimeout(() => setNow(Date.now()), next);
    return () => clearTimeout(timer);
  }, [until, now]);
  return Math.ceil(left / 1000);
}
