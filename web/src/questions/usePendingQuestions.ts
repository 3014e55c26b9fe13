import type { PendingMessage } from "@plenary/apollo";
import { useOutbox } from "@plenary/apollo/react";
import { useMemo } from "react";

/** Whether something on its way is a question. */
export function isQuestion({ input }: PendingMessage): boolean {
  return "kind" in input && input.kind === "QUESTION";
}

/** The viewer's own questions to a room that are not there yet. */
export function usePendingQuestions(roomId: string): readonly PendingMessage[] {
  const pending = useOutbox();
  return useMemo(() => pending.filter((entry) => entry.roomId === roomId && isQuestion(entry)), [pending, roomId]);
}
