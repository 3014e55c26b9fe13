import type { Message } from "@plenary/apollo";
import { UnstyledButton } from "@mantine/core";

import { Icon } from "../app/Icon";
import { useLanguage } from "../i18n/Language";
import { useRoomView } from "./RoomContext";
import classes from "./ThreadLink.module.css";

/** How many replies a message has, and the way to them. */
export function ThreadLink({ message }: { message: Message }) {
  const { text, format } = useLanguage();
  const { openThread } = useRoomView();
  return (
    <UnstyledButton className={classes.link} onClick={() => openThread(message.id)}>
      <Icon name="reply" size={15} />
      {text.message.replies(message.replyCount)}
      {message.lastReplyAt && <span className={classes.when}>{text.message.lastReply(format.time(message.lastReplyAt))}</span>}
    </UnstyledButton>
  );
}
