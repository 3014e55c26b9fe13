import type { Message, PendingMessage } from "@plenary/apollo";
import { useSendMessage } from "@plenary/apollo/react";
import { ActionIcon, Tooltip } from "@mantine/core";
import { useCallback, useState } from "react";

import { Icon } from "../app/Icon";
import { useNotify } from "../app/Notices";
import { useLanguage } from "../i18n/Language";
import { Announcer } from "./Announcer";
import classes from "./Chat.module.css";
import { Composer } from "./Composer";
import { MessageList } from "./MessageList";
import { ReactionBar } from "./ReactionBar";
import { useRoomView } from "./RoomContext";
import { useSending } from "./useSending";

interface Props {
  messages: readonly Message[];
  pending: readonly PendingMessage[];
  hasOlder: boolean;
  loadOlder: () => Promise<void>;
  /** Told whether the reader is at the newest message. */
  onAtEnd: (isAtEnd: boolean) => void;
  /** How many messages the server did not push because there were too many. */
  skipped: number;
}

/** What is said in the room, and where to say something. */
export function Chat({ messages, pending, hasOlder, loadOlder, onAtEnd, skipped }: Props) {
  const { text, format } = useLanguage();
  const { viewer } = useRoomView();
  const notify = useNotify();
  const [isLoadingOlder, setLoadingOlder] = useState(false);
  const onLoadOlder = useCallback(() => {
    setLoadingOlder(true);
    loadOlder().catch(notify.error).finally(() => setLoadingOlder(false));
  }, [loadOlder, notify.error]);

  return (
    <>
      {messages.length === 0 && pending.length === 0 && (
        <p className={classes.empty}>
          {text.room.empty} {text.room.emptyHint}
        </p>
      )}
      <MessageList
        label={text.room.chat}
        messages={messages}
        pending={pending}
        hasOlder={hasOlder}
        isLoadingOlder={isLoadingOlder}
        onLoadOlder={onLoadOlder}
        onAtEnd={onAtEnd}
      />
      {skipped > 0 && <p className={classes.skipped}>{text.room.skipped(format.count(skipped))}</p>}
      <ChatComposer />
      <ReactionBar />
      <Announcer messages={messages} userId={viewer.userId} />
    </>
  );
}

/** Where chat messages are written; who may, sends announcements too. */
function ChatComposer() {
  const { text } = useLanguage();
  const { id, name, settings, can, viewer } = useRoomView();
  const { blocked, waitSeconds, follow } = useSending("chat");
  const sendMessage = useSendMessage(id);
  const [isAnnouncement, setAnnouncement] = useState(false);
  const slowMode = settings.slowModeSeconds > 0 && viewer.role === "PARTICIPANT" ? text.composer.slowMode(settings.slowModeSeconds) : text.composer.hint;
  const send = (content: string) => {
    follow(sendMessage(content, isAnnouncement ? { kind: "ANNOUNCEMENT" } : {}));
    setAnnouncement(false);
  };
  return (
    <Composer
      label={text.composer.label(name)}
      placeholder={text.composer.placeholder(name)}
      maxLength={settings.maxMessageLength}
      blocked={blocked}
      waitSeconds={waitSeconds}
      hint={slowMode}
      onSend={send}
    >
      {can("ANNOUNCE") && (
        <Tooltip label={text.composer.announce}>
          <ActionIcon
            size="lg"
            radius="md"
            variant={isAnnouncement ? "light" : "subtle"}
            color={isAnnouncement ? "orange" : "gray"}
            aria-label={text.composer.announce}
            aria-pressed={isAnnouncement}
            onClick={() => setAnnouncement(!isAnnouncement)}
          >
            <Icon name="megaphone" />
          </ActionIcon>
        </Tooltip>
      )}
    </Composer>
  );
}
