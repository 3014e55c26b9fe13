import { useMutation } from "@apollo/client/react";
import { ActionIcon } from "@mantine/core";
import { useEffect, useRef } from "react";

import { useNotify } from "../app/Notices";
import { useLanguage } from "../i18n/Language";
import { Emoji } from "./Emoji";
import classes from "./ReactionBar.module.css";
import { useRoomView } from "./RoomContext";
import { SendReactionDocument } from "./SendReaction.generated";

/** What is tapped within this time goes out together, in milliseconds. */
const SUM_MS = 1000;

/** The most that one request may say. */
const MOST = 10;

/** Reactions to the room itself, for whoever has no words. */
export function ReactionBar() {
  const { text } = useLanguage();
  const { settings, can, status } = useRoomView();
  const send = useSummed();
  if (!settings.reactionsEnabled || !can("REACT") || status === "CLOSED") return null;
  return (
    <div className={classes.bar} role="group" aria-label={text.reactions.label}>
      {settings.allowedReactions.map((name) => (
        <ActionIcon key={name} variant="subtle" color="gray" size="md" radius="xl" aria-label={text.reactions.send(name)} onClick={() => send(name)}>
          <Emoji reaction={name} />
        </ActionIcon>
      ))}
    </div>
  );
}

/** Sums what is tapped and sends it once a second. */
function useSummed() {
  const { id: roomId } = useRoomView();
  const notify = useNotify();
  const [sendReaction] = useMutation(SendReactionDocument, { onError: notify.error });
  const counts = useRef(new Map<string, number>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const flush = () => {
    timer.current = undefined;
    for (const [name, count] of counts.current) void sendReaction({ variables: { input: { roomId, name, count } } });
    counts.current.clear();
  };
  return (name: string) => {
    counts.current.set(name, Math.min(MOST, (counts.current.get(name) ?? 0) + 1));
    timer.current ??= setTimeout(flush, SUM_MS);
  };
}
