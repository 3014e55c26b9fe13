import { useApolloClient } from "@apollo/client/react";
import type { PendingMessage } from "@plenary/apollo";
import { useOutbox } from "@plenary/apollo/react";
import { Button } from "@mantine/core";

import { useLanguage } from "../i18n/Language";
import { isQuestion } from "../questions/usePendingQuestions";
import { MessageRoomFragmentDoc } from "./MessageRoom.generated";
import type { Pane } from "./pane";
import { useRoomView } from "./RoomContext";
import classes from "./UnsentBar.module.css";

interface Props {
  pane: Pane | null;
  onPane: (pane: Pane) => void;
}

/** Says that something did not arrive which was written in a pane that is not open any more, and leads there. */
export function UnsentBar({ pane, onPane }: Props) {
  const { text } = useLanguage();
  const roomOf = useRoomOf();
  const { id: roomId } = useRoomView();
  const unseen = useOutbox()
    .filter((entry) => entry.state === "failed" && roomOf(entry) === roomId)
    .map(paneOf)
    .filter((own) => own !== null)
    .filter((own) => !isSame(own, pane));
  const [first] = unseen;
  if (!first) return null;
  return (
    <div className={classes.bar} role="alert">
      {text.message.unsent(unseen.length)}
      <Button size="compact-xs" variant="default" className={classes.show} onClick={() => onPane(first)}>
        {text.message.showUnsent}
      </Button>
    </div>
  );
}

/** The room of something on its way. A reply names the message alone that it answers. */
function useRoomOf(): (entry: PendingMessage) => string | undefined {
  const { cache } = useApolloClient();
  return ({ roomId, parentId }) => {
    const id = cache.identify({ __typename: "Message", id: parentId });
    return roomId ?? (id && cache.readFragment({ fragment: MessageRoomFragmentDoc, id })?.roomId);
  };
}

/** Where something was written; null for the chat, which is always there. */
function paneOf(entry: PendingMessage): Pane | null {
  if (entry.parentId !== undefined) return { kind: "thread", messageId: entry.parentId };
  return isQuestion(entry) ? { kind: "questions" } : null;
}

function isSame(own: Pane, open: Pane | null): boolean {
  if (own.kind === "thread") return open?.kind === "thread" && open.messageId === own.messageId;
  return open?.kind === own.kind;
}
