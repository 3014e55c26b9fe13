import type { Message } from "@plenary/apollo";

import { useLanguage } from "../i18n/Language";
import { Emoji } from "./Emoji";
import classes from "./MessageReactions.module.css";
import { useRoomView } from "./RoomContext";
import { useVotes } from "./useVotes";

/** The reactions to a message, each a button that gives or takes back one's own. */
export function MessageReactions({ message }: { message: Message }) {
  if (message.reactions.length === 0) return null;
  return <Reactions message={message} />;
}

function Reactions({ message }: { message: Message }) {
  const { text, format } = useLanguage();
  const { can, settings } = useRoomView();
  const { reactions: own, toggleReaction } = useVotes(message);
  const isAllowed = can("REACT") && settings.reactionsEnabled;
  return (
    <div className={classes.reactions}>
      {message.reactions.map(({ name, count }) => (
        <button
          key={name}
          type="button"
          className={classes.reaction}
          aria-pressed={own.includes(name)}
          aria-label={text.message.reacted(name, count)}
          disabled={!isAllowed}
          onClick={() => toggleReaction(name)}
        >
          <span aria-hidden><Emoji reaction={name} /></span> {format.count(count)}
        </button>
      ))}
    </div>
  );
}
