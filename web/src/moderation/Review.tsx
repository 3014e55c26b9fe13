import { useMutation, useQuery, useSubscription } from "@apollo/client/react";
import { Button, Group, Title } from "@mantine/core";
import { type ReactNode, useState } from "react";

import { ErrorNotice } from "../app/ErrorNotice";
import { useNotify } from "../app/Notices";
import { useLanguage } from "../i18n/Language";
import { DeleteMessageDocument } from "../room/EditMessage.generated";
import { useRoomView } from "../room/RoomContext";
import classes from "./Moderation.module.css";
import { HeldMessagesDocument, ModerationEventsDocument, type ReviewItemFragment, ReviewMessageDocument } from "./Review.generated";

interface Report {
  message: ReviewItemFragment;
  reportCount: number;
  reason: string;
}

/** How many reported messages are shown: the newest. */
const MOST_REPORTS = 50;

/** What waits for a review, and what has been reported while this is open. */
export function Review() {
  const { text } = useLanguage();
  const { id: roomId } = useRoomView();
  const { data, error, refetch } = useQuery(HeldMessagesDocument, { variables: { roomId }, fetchPolicy: "network-only" });
  const [reports, setReports] = useState<readonly Report[]>([]);
  useSubscription(ModerationEventsDocument, {
    variables: { roomId },
    fetchPolicy: "no-cache",
    onData: ({ data: { data: told } }) => {
      const event = told?.moderationEvents;
      if (event?.__typename === "MessageHeld") void refetch();
      if (event?.__typename !== "MessageReported") return;
      const { message, reportCount, reason } = event;
      setReports((known) => [{ message, reportCount, reason }, ...known.filter((other) => other.message.id !== message.id)].slice(0, MOST_REPORTS));
    },
  });
  const held = data?.room?.heldMessages.nodes;
  const forget = (id: string) => setReports((known) => known.filter(({ message }) => message.id !== id));
  return (
    <>
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {held?.length === 0 && <p className={classes.empty}>{text.moderation.heldEmpty}</p>}
      <ul className={classes.list}>
        {held?.map((message) => (
          <Entry key={message.id} message={message}>
            <Judge message={message} onJudged={() => void refetch()} />
          </Entry>
        ))}
      </ul>
      <Title order={3} size="h6" mb="xs">
        {text.moderation.reports}
      </Title>
      {reports.length === 0 && <p className={classes.empty}>{text.moderation.reportsEmpty}</p>}
      <ul className={classes.list}>
        {reports.map(({ message, reportCount, reason }) => (
          <Entry key={message.id} message={message}>
            <p className={classes.facts}>
              {text.moderation.reportCount(reportCount)}: {reason}
            </p>
            <Reported message={message} onDone={() => forget(message.id)} />
          </Entry>
        ))}
      </ul>
    </>
  );
}

function Entry({ message, children }: { message: ReviewItemFragment; children: ReactNode }) {
  const { text, format } = useLanguage();
  return (
    <li className={classes.entry}>
      <p className={classes.facts}>
        <b>{message.author?.displayName ?? text.message.anonymous}</b> · {format.dateTime(message.createdAt)}
      </p>
      <p className={classes.text} dir="auto">
        {message.content}
      </p>
      {children}
    </li>
  );
}

function Judge({ message, onJudged }: { message: ReviewItemFragment; onJudged: () => void }) {
  const { text } = useLanguage();
  const notify = useNotify();
  // Somebody else may have been faster: the list is read again either way.
  const [reviewMessage, { loading }] = useMutation(ReviewMessageDocument, { onError: notify.error });
  const judge = (approve: boolean) => void reviewMessage({ variables: { input: { messageId: message.id, approve } } }).then(onJudged);
  return (
    <Group gap="xs">
      <Button size="compact-sm" loading={loading} onClick={() => judge(true)}>
        {text.moderation.approve}
      </Button>
      <Button size="compact-sm" color="red" variant="light" loading={loading} onClick={() => judge(false)}>
        {text.moderation.reject}
      </Button>
    </Group>
  );
}

function Reported({ message, onDone }: { message: ReviewItemFragment; onDone: () => void }) {
  const { text } = useLanguage();
  const notify = useNotify();
  const [deleteMessage, { loading }] = useMutation(DeleteMessageDocument, { onError: notify.error, onCompleted: onDone });
  return (
    <Group gap="xs">
      <Button size="compact-sm" color="red" variant="light" loading={loading} onClick={() => void deleteMessage({ variables: { input: { messageId: message.id } } })}>
        {text.message.remove}
      </Button>
      <Button size="compact-sm" variant="subtle" color="gray" onClick={onDone}>
        {text.close}
      </Button>
    </Group>
  );
}
