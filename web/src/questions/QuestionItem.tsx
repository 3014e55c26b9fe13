import { useMutation } from "@apollo/client/react";
import type { Message } from "@plenary/apollo";
import { ActionIcon, Badge, Menu } from "@mantine/core";

import { Icon } from "../app/Icon";
import { useNotify } from "../app/Notices";
import { useLanguage } from "../i18n/Language";
import { useRoomView } from "../room/RoomContext";
import { ThreadLink } from "../room/ThreadLink";
import { useVotes } from "../room/useVotes";
import type { QuestionStatus } from "../schema.generated";
import classes from "./Questions.module.css";
import { SetQuestionStatusDocument } from "./SetQuestionStatus.generated";

/** One question with its votes, and for the staff what becomes of it. */
export function QuestionItem({ question }: { question: Message }) {
  const { text, format } = useLanguage();
  const { can, status } = useRoomView();
  const { upvoted, toggleUpvote } = useVotes(question);
  return (
    <li className={classes.question} data-status={question.questionStatus}>
      <button
        type="button"
        className={classes.vote}
        aria-pressed={upvoted}
        aria-label={text.questions.upvote(question.upvoteCount)}
        disabled={!can("UPVOTE") || status === "CLOSED"}
        onClick={toggleUpvote}
      >
        <Icon name="up" size={16} />
        {format.count(question.upvoteCount)}
      </button>
      <div className={classes.body}>
        <div className={classes.head}>
          <span className={classes.author}>{question.author?.displayName ?? text.message.anonymous}</span>
          <time dateTime={question.createdAt}>{format.time(question.createdAt)}</time>
          {question.questionStatus && question.questionStatus !== "OPEN" && (
            <Badge size="sm" tt="none" variant="light" color={question.questionStatus === "LIVE" ? "red" : "green"}>
              {text.questions.status[question.questionStatus]}
            </Badge>
          )}
        </div>
        <p className={classes.text} dir="auto">
          {question.status === "DELETED" ? text.message.deleted : question.content}
        </p>
        {question.replyCount > 0 && <ThreadLink message={question} />}
      </div>
      {can("ANSWER") && <StatusMenu question={question} />}
    </li>
  );
}

const STATUSES: readonly QuestionStatus[] = ["LIVE", "ANSWERED", "OPEN", "DISMISSED"];

function StatusMenu({ question }: { question: Message }) {
  const { text } = useLanguage();
  const notify = useNotify();
  const [setStatus] = useMutation(SetQuestionStatusDocument, { onError: notify.error });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={text.questions.actions}>
          <Icon name="more" size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {STATUSES.filter((status) => status !== question.questionStatus).map((status) => (
          <Menu.Item key={status} onClick={() => void setStatus({ variables: { input: { messageId: question.id, status } } })}>
            {text.questions.set[status]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
