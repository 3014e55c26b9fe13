import { useQuery } from "@apollo/client/react";
import { QuestionsDocument, type QuestionOrder } from "@plenary/apollo";
import { Button, SegmentedControl } from "@mantine/core";
import { useState } from "react";

import { ErrorNotice } from "../app/ErrorNotice";
import { Waiting } from "../app/Gate";
import { useNotify } from "../app/Notices";
import { useLanguage } from "../i18n/Language";
import { PendingItem } from "../room/PendingItem";
import { useRoomView } from "../room/RoomContext";
import type { QuestionStatus } from "../schema.generated";
import { AskQuestion } from "./AskQuestion";
import { QuestionItem } from "./QuestionItem";
import classes from "./Questions.module.css";
import { usePendingQuestions } from "./usePendingQuestions";

/** How many questions are loaded at a time. */
const PAGE = 50;

/** What still waits, and what is over. */
const LISTS = { open: ["LIVE", "OPEN"], closed: ["ANSWERED"] } as const satisfies Record<string, readonly QuestionStatus[]>;

/** The room's questions. Votes and answers arrive with the room's stream; the cache keeps the order. */
export function QuestionsPane() {
  const { text } = useLanguage();
  const { id: roomId } = useRoomView();
  const notify = useNotify();
  const [list, setList] = useState<keyof typeof LISTS>("open");
  const [orderBy, setOrderBy] = useState<QuestionOrder>("TOP");
  const variables = { roomId, status: [...LISTS[list]], orderBy, first: PAGE };
  const { data, error, fetchMore, refetch } = useQuery(QuestionsDocument, { variables, fetchPolicy: "cache-and-network" });
  const pending = usePendingQuestions(roomId);
  const page = data?.room?.questions;
  // What is on stage comes first, whatever its votes.
  const questions = page?.nodes.toSorted((a, b) => Number(b.questionStatus === "LIVE") - Number(a.questionStatus === "LIVE"));
  const more = () => fetchMore({ variables: { after: page?.pageInfo.endCursor ?? null } }).catch(notify.error);

  return (
    <>
      <div className={classes.choices}>
        <SegmentedControl
          size="xs"
          aria-label={text.questions.title}
          value={list}
          onChange={(value) => setList(value)}
          data={[
            { value: "open", label: text.questions.open },
            { value: "closed", label: text.questions.closed },
          ]}
        />
        <SegmentedControl
          size="xs"
          aria-label={text.questions.order}
          value={orderBy}
          onChange={(value) => setOrderBy(value)}
          data={[
            { value: "TOP", label: text.questions.TOP },
            { value: "NEWEST", label: text.questions.NEWEST },
          ]}
        />
      </div>
      <div className={classes.scroll}>
        {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
        {!questions && !error && <Waiting />}
        {questions?.length === 0 && pending.length === 0 && (
          <p className={classes.empty}>
            {text.questions.empty} {list === "open" && text.questions.emptyHint}
          </p>
        )}
        <ol className={classes.list}>
          {questions?.map((question) => (
            <QuestionItem key={question.id} question={question} />
          ))}
        </ol>
        {page?.pageInfo.hasNextPage && (
          <Button variant="default" size="xs" mx="md" mb="md" onClick={() => void more()}>
            {text.more}
          </Button>
        )}
      </div>
      {pending.length > 0 && (
        <div className={classes.pending}>
          {pending.map((entry) => (
            <PendingItem key={entry.clientMessageId} pending={entry} />
          ))}
        </div>
      )}
      <AskQuestion />
    </>
  );
}
