import type { Message } from "@plenary/apollo";
import { Badge } from "@mantine/core";
import { memo, useState } from "react";

import { Icon } from "../app/Icon";
import { useLanguage } from "../i18n/Language";
import { Avatar } from "./Avatar";
import { EditMessage } from "./EditMessage";
import { MessageActions } from "./MessageActions";
import classes from "./MessageItem.module.css";
import { MessageReactions } from "./MessageReactions";
import { ThreadLink } from "./ThreadLink";

interface Props {
  message: Message;
  /** Whether the author's name stands above it. */
  startsGroup: boolean;
  /** Only one message of a list is reached by Tab; the arrow keys go on from there. */
  isTabStop: boolean;
  /** Inside of a thread there is no link to the thread. */
  inThread?: boolean;
}

/** One message. Its text is shown as text, whatever is in it. */
export const MessageItem = memo(function MessageItem({ message, startsGroup, isTabStop, inThread = false }: Props) {
  const { text, format } = useLanguage();
  // The tools are many elements, so only the message that somebody is at has them.
  const [isActive, setActive] = useState(false);
  // What the tools have opened is elsewhere on the page, and must not go when the pointer or the focus goes there.
  const [isHeld, setHeld] = useState(false);
  const [isEditing, setEditing] = useState(false);
  const name = message.author?.displayName ?? text.message.anonymous;
  const isDeleted = message.status === "DELETED";

  return (
    <article
      className={classes.message}
      data-kind={message.kind}
      data-status={message.status}
      data-message={message.id}
      data-group={startsGroup || undefined}
      aria-label={text.room.from(name, format.time(message.createdAt))}
      tabIndex={isTabStop ? 0 : -1}
      onPointerEnter={() => setActive(true)}
      onPointerLeave={(event) => event.currentTarget.contains(document.activeElement) || setActive(false)}
      onFocus={() => setActive(true)}
      onBlur={(event) => event.currentTarget.contains(event.relatedTarget) || setActive(false)}
    >
      <div className={classes.gutter}>
        {startsGroup ? (
          <Avatar name={message.author?.displayName ?? null} url={message.author?.avatarUrl} seed={message.author?.userId ?? ""} />
        ) : (
          <time className={classes.sideTime} dateTime={message.createdAt}>
            {format.time(message.createdAt)}
          </time>
        )}
      </div>
      <div className={classes.body}>
        {startsGroup && <MessageHead message={message} name={name} />}
        {isEditing && !isDeleted ? <EditMessage message={message} onDone={() => setEditing(false)} /> : <MessageText message={message} />}
        {!isDeleted && <MessageReactions message={message} />}
        {!inThread && message.replyCount > 0 && <ThreadLink message={message} />}
      </div>
      {(isActive || isHeld) && !isEditing && !isDeleted && (
        <MessageActions message={message} name={name} inThread={inThread} onEdit={() => setEditing(true)} onHold={setHeld} />
      )}
    </article>
  );
});

function MessageHead({ message, name }: { message: Message; name: string }) {
  const { text, format } = useLanguage();
  const role = message.author?.role;
  return (
    <div className={classes.head}>
      <span className={classes.name}>{name}</span>
      {role && role !== "PARTICIPANT" && (
        <Badge size="xs" variant="light" tt="none">
          {text.roles[role]}
        </Badge>
      )}
      {message.kind === "ANNOUNCEMENT" && (
        <Badge size="xs" color="orange" variant="light" tt="none" leftSection={<Icon name="megaphone" size={12} />}>
          {text.message.announcement}
        </Badge>
      )}
      {message.kind === "QUESTION" && (
        <Badge size="xs" color="teal" variant="light" tt="none" leftSection={<Icon name="question" size={12} />}>
          {text.message.question}
        </Badge>
      )}
      <time className={classes.time} dateTime={message.createdAt} title={format.dateTime(message.createdAt)}>
        {format.time(message.createdAt)}
      </time>
    </div>
  );
}

/** The text of a message with its marks, or what stands in its place. */
function MessageText({ message }: { message: Message }) {
  const { text, format } = useLanguage();
  if (message.status === "DELETED") return <p className={classes.tombstone}>{text.message.deleted}</p>;
  return (
    <>
      <p className={classes.text} dir="auto">
        {message.content}
        {message.editedAt && (
          <span className={classes.mark} title={text.message.editedAt(format.dateTime(message.editedAt))}>
            {" "}
            ({text.message.edited})
          </span>
        )}
      </p>
      {message.status === "HELD" && <p className={classes.note}>{text.message.held}</p>}
      {message.status === "REJECTED" && <p className={classes.note}>{text.message.rejected}</p>}
      {message.pinnedAt && (
        <p className={classes.mark}>
          <Icon name="pin" size={13} /> {text.message.pinned}
        </p>
      )}
    </>
  );
}
