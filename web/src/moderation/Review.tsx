import { useMutation } from "@apollo/client/react";
import { Button, Group, Title } from "@mantine/core";
import type { ReactNode } from "react";

import { ErrorNotice } from "../app/ErrorNotice";
import { useNotify } from "../app/Notices";
import { useLanguage } from "../i18n/Language";
import { DeleteMessageDocument } from "../room/EditMessage.generated";
import classes from "./Moderation.module.css";
import { type ReviewItemFragment, ReviewMessageDocument } from "./Review.generated";
import { useReviewQueue } from "./ReviewQueue";

/** What waits for a review, and what has been reported while the room was open. */
export function Review() {
  const { text } = useLanguage();
  const { held, reports, error, refetch, forget } = useReviewQueue();
  return (
    <>
      {error !== undefined && <ErrorNotice error={error} onRetry={refetch} />}
      {held?.length === 0 && <p className={classes.empty}>{text.moderation.heldEmpty}</p>}
      <ul className={classes.list}>
        {held?.map((message) => (
          <Entry key={message.id} message={message}>
            <Judge message={message} onJudged={refetch} />
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
