import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";

/** What stands beside the chat. */
export type Pane = { kind: "questions" } | { kind: "moderation" } | { kind: "thread"; messageId: string };

/** The pane that the address names, so that it can be shared, and the browser's back closes it. */
export function usePane(): [Pane | null, (pane: Pane | null) => void] {
  const [params, setParams] = useSearchParams();
  const text = params.get("pane");
  const thread = params.get("thread");
  const pane = useMemo(() => paneOf(text, thread), [text, thread]);
  const setPane = useCallback(
    (next: Pane | null) => {
      if (next === null) setParams({});
      else if (next.kind === "thread") setParams({ thread: next.messageId });
      else setParams({ pane: next.kind });
    },
    [setParams],
  );
  return [pane, setPane];
}

function paneOf(text: string | null, thread: string | null): Pane | null {
  if (thread !== null) return { kind: "thread", messageId: thread };
  return text === "questions" || text === "moderation" ? { kind: text } : null;
}
