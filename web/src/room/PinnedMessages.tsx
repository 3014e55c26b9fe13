import type { Message } from "@plenary/apollo";
import { ActionIcon, UnstyledButton } from "@mantine/core";
import { useMutation } from "@apollo/client/react";
import { memo, useId, useState } from "react";

import { Icon } from "../app/Icon";
import { useNotify } from "../app/Notices";
import { useLanguage } from "../i18n/Language";
import { SetPinDocument } from "./EditMessage.generated";
import classes from "./PinnedMessages.module.css";
import { useRoomView } from "./RoomContext";

/** What is pinned: the newest on one line, all of it on demand. */
export const PinnedMessages = memo(function PinnedMessages({ messages }: { messages: readonly Message[] }) {
  const { text } = useLanguage();
  const [isOpen, setOpen] = useState(false);
  const listId = useId();
  const newest = messages.at(-1);
  if (!newest) return null;
  return (
    <section className={classes.pins} aria-label={text.pins.label}>
      <UnstyledButton className={classes.bar} aria-expanded={isOpen} aria-controls={listId} onClick={() => setOpen(!isOpen)}>
        <Icon name="pin" size={16} />
        <span className={classes.newest}>
          {newest.author && <b>{newest.author.displayName}: </b>}
          {newest.content}
        </span>
        {messages.length > 1 && <span className={classes.count}>{text.pins.count(messages.length)}</span>}
      </UnstyledButton>
      <ul id={listId} className={classes.list} hidden={!isOpen}>
        {messages.toReversed().map((message) => (
          <Pinned key={message.id} message={message} />
        ))}
      </ul>
    </section>
  );
});

function Pinned({ message }: { message: Message }) {
  const { text } = useLanguage();
  const { can } = useRoomView();
  const notify = useNotify();
  const [setPin] = useMutation(SetPinDocument, { onError: notify.error });
  return (
    <li className={classes.pinned}>
      <p className={classes.content} dir="auto">
        <b>{message.author?.displayName ?? text.message.anonymous}</b>
        {"\n"}
        {message.content}
      </p>
      {can("PIN") && (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={text.message.unpin}
          onClick={() => void setPin({ variables: { input: { messageId: message.id, pinned: false } } })}
        >
          <Icon name="close" size={16} />
        </ActionIcon>
      )}
    </li>
  );
}
