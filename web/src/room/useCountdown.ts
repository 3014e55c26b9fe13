import { useEffect, useState } from "react";

/** Further away than this nobody counts seconds, in milliseconds. */
const FAR_MS = 3_600_000;

/** The longest that a browser's timer can wait, in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

/** The whole seconds until an instant, in milliseconds since 1970, counted down as they pass; 0 from then on. */
export function useCountdown(until: number): number {
  const [left, setLeft] = useState(() => ({ until, seconds: secondsTo(until) }));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const count = () => {
      setLeft({ until, seconds: secondsTo(until) });
      const remaining = until - Date.now();
      if (remaining > 0) timer = setTimeout(count, pause(remaining));
    };
    timer = setTimeout(count, 0);
    return () => clearTimeout(timer);
  }, [until]);
  return left.until === until ? left.seconds : 0;
}

function secondsTo(until: number): number {
  return Math.max(0, Math.ceil((until - Date.now()) / 1000));
}

/** Until the second that is shown has passed. */
function pause(remaining: number): number {
  return remaining > FAR_MS ? Math.min(remaining - FAR_MS, LONGEST_MS) : remaining % 1000 || 1000;
}
