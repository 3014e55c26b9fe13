import { useQuery } from "@apollo/client/react";
import { RepliesDocument } from "@plenary/apollo";
import { useSendReply } from "@plenary/apollo/react";
import { Text } from "@mantine/core";
import { useCallback } from "react";

import { ErrorNotice } from "../app/ErrorNotice";
import { Waiting } from "../app/Gate";
import { useNotify } from "../app/Notices";
import { useLanguage } from "../i18n/Language";
import { Composer } from "../room/Composer";
import { MessageItem } from "../room/MessageItem";
import { MessageList } from "../room/MessageList";
import { useRoomView } from "../room/RoomContext";
import { useSending } from "../room/useSending";
import classes from "./ThreadPane.module.css";
import { usePendingReplies } from "./usePendingReplies";

/** How many replies are loaded at a time. */
const PAGE = 50;

/** A message and the replies to it. The room's stream keeps both up to date in the cache. */
export function ThreadPane({ messageId }: { messageId: string }) {
  const { text } = useLanguage();
  const { settings } = useRoomView();
  const notify = useNotify();
  const { data, error, loading, fetchMore, refetch } = useQuery(RepliesDocument, { variables: { messageId, last: PAGE }, fetchPolicy: "cache-and-network" });
  const pending = usePendingReplies(messageId);
  const { blocked, waitSeconds, follow } = useSending("reply");
  const sendReply = useSendReply(messageId);

  const root = data?.message;
  const before = root?.replies.pageInfo.startCursor ?? null;
  const loadOlder = useCallback(() => {
    fetchMore({ variables: { before } }).catch(notify.error);
  }, [fetchMore, before, notify.error]);

  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (data && !root) return <Text p="md">{text.thread.goneTitle}</Text>;
  if (!root) return <Waiting />;
  return (
    <div className={classes.thread}>
      <div className={classes.root}>
        <MessageItem message={root} startsGroup isTabStop inThread />
      </div>
      {root.replies.nodes.length === 0 && pending.length === 0 && <p className={classes.empty}>{text.thread.empty}</p>}
      <MessageList
        label={text.thread.title}
        messages={root.replies.nodes}
        pending={pending}
        hasOlder={root.replies.pageInfo.hasPreviousPage}
        isLoadingOlder={loading}
        onLoadOlder={loadOlder}
        inThread
      />
      <Composer
        label={text.composer.replyLabel}
        placeholder={text.composer.replyLabel}
        maxLength={settings.maxMessageLength}
        blocked={blocked}
        waitSeconds={waitSeconds}
        onSend={(content) => follow(sendReply(content))}
      />
    </div>
  );
}
