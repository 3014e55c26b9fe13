import type { ConnectionState } from "@plenary/apollo";
import { useConnectionState } from "@plenary/apollo/react";
import { Button } from "@mantine/core";
import { useEffect, useState } from "react";

import { useAccount } from "../app/Gate";
import { describeClose } from "../i18n/describeError";
import type { Dictionary } from "../i18n/en";
import { useLanguage } from "../i18n/Language";
import classes from "./ConnectionBar.module.css";
import { useCountdown } from "./useCountdown";

/** How long it is said that the connection is back, in milliseconds. */
const SAID_MS = 5000;

/** What connects faster is not worth a word, in milliseconds. */
const PATIENT_MS = 500;

/** How the connection stands, while there is something to say about it. */
export function ConnectionBar({ isReloaded }: { isReloaded: boolean }) {
  const { text } = useLanguage();
  const { link } = useAccount();
  const state = useConnectionState(link);
  const seconds = useCountdown(state.status === "reconnecting" ? state.retryAt.getTime() : 0);
  const isOld = useHasLasted(state, state.status === "connecting" ? PATIENT_MS : SAID_MS);
  const words = wordsOf(state, { text, seconds, isOld, isReloaded });
  return (
    <div className={classes.bar} data-status={state.status} data-shown={words !== null || undefined}>
      <span role="status">{words}</span>
      {state.status === "reconnecting" && seconds > 0 && (
        <Button size="compact-xs" variant="default" className={classes.now} onClick={() => link.reconnect()}>
          {text.connection.tryNow}
        </Button>
      )}
    </div>
  );
}

/** The close code of one connection too many of the same person. */
const TOO_MANY = 4804;

interface About {
  text: Dictionary;
  /** Until the next attempt. */
  seconds: number;
  /** Whether it has been so for a while. */
  isOld: boolean;
  /** Whether the room was read anew. */
  isReloaded: boolean;
}

/** What to say; null while all is well, and while that is likely. */
function wordsOf(state: ConnectionState, { text, seconds, isOld, isReloaded }: About): string | null {
  switch (state.status) {
    case "idle":
      return null;
    case "connecting":
      return isOld ? text.connection.connecting : null;
    case "reconnecting":
      if (seconds > 0 && state.code === TOO_MANY) return text.connection.tooMany(seconds);
      return seconds > 0 ? text.connection.reconnecting(seconds) : text.connection.reconnectingNow;
    case "closed":
      return describeClose(state, text);
    case "live":
      if (isOld) return null;
      if (isReloaded || state.resume === "GAP") return text.connection.gap;
      return state.resume === undefined ? null : text.connection.resumed;
  }
}

/** Whether something is the same for so long, in milliseconds. */
function useHasLasted(what: unknown, forMs: number): boolean {
  const [lasted, setLasted] = useState<unknown>(null);
  useEffect(() => {
    const timer = setTimeout(() => setLasted(what), forMs);
    return () => clearTimeout(timer);
  }, [what, forMs]);
  return lasted === what;
}
