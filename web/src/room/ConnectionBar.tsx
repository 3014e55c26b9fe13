import { useConnectionState } from "@plenary/apollo/react";
import { useEffect, useState } from "react";

import { useAccount } from "../app/Gate";
import { useLanguage } from "../i18n/Language";
import classes from "./ConnectionBar.module.css";
import { useCountdown } from "./useCountdown";

/** How long it is said that the connection is back, in milliseconds. */
const SAID_MS = 5000;

/** How the connection stands, while there is something to say about it. */
export function ConnectionBar({ isReloaded }: { isReloaded: boolean }) {
  const { text } = useLanguage();
  const state = useConnectionState(useAccount().link);
  const seconds = useCountdown(state.status === "reconnecting" ? state.retryAt.getTime() : 0);
  const isBack = state.status === "live" && state.resume !== undefined;
  const says = useForAWhile(isBack || isReloaded, state);

  let words: string | null = null;
  if (state.status === "reconnecting") words = seconds > 0 ? text.connection.reconnecting(seconds) : text.connection.reconnectingNow;
  else if (state.status === "closed") words = text.connection.offline;
  else if (says) words = isReloaded || (isBack && state.resume === "GAP") ? text.connection.gap : text.connection.resumed;
  return (
    <div role="status" className={classes.bar} data-status={state.status} data-shown={words !== null || undefined}>
      {words}
    </div>
  );
}

/** True for a while from the moment that something becomes true, and again whenever `about` changes. */
function useForAWhile(isTrue: boolean, about: unknown): boolean {
  const [over, setOver] = useState<unknown>(null);
  useEffect(() => {
    if (!isTrue) return;
    const timer = setTimeout(() => setOver(about), SAID_MS);
    return () => clearTimeout(timer);
  }, [isTrue, about]);
  return isTrue && over !== about;
}
