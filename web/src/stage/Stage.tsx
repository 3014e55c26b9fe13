import { useQuery } from "@apollo/client/react";
import { QuestionsDocument, type Message } from "@plenary/apollo";
import { useRoom } from "@plenary/apollo/react";
import { ActionIcon } from "@mantine/core";
import { Link, useParams } from "react-router";

import { Waiting } from "../app/Gate";
import { Icon } from "../app/Icon";
import { useLanguage } from "../i18n/Language";
import { ConnectionBar } from "../room/ConnectionBar";
import { RoomClosed } from "../room/RoomClosed";
import classes from "./Stage.module.css";

/** How many questions wait in sight. */
const NEXT = 4;

/** How many are known, so that the next ones are there as soon as one is answered. */
const KNOWN = 20;

/** What the audience sees on the screen: the question that is being answered, and the next ones. */
export default function Stage() {
  const { roomId = "" } = useParams();
  const { text } = useLanguage();
  // Following the room keeps the lists of questions up to date in the cache.
  const { room, state } = useRoom(roomId, { pageSize: 1 });
  const skip = { skip: !room };
  const live = useQuery(QuestionsDocument, { variables: { roomId, status: ["LIVE"], orderBy: "OLDEST", first: KNOWN }, ...skip });
  const open = useQuery(QuestionsDocument, { variables: { roomId, status: ["OPEN"], orderBy: "TOP", first: KNOWN }, ...skip });

  if (state.status === "closed") return <RoomClosed error={state.error} ban={null} onRetry={() => location.reload()} />;
  if (!room) return <Waiting />;
  const now = live.data?.room?.questions.nodes ?? [];
  const next = open.data?.room?.questions.nodes.slice(0, NEXT) ?? [];
  return (
    <div className={classes.stage}>
      <title>{room.name}</title>
      <ConnectionBar isReloaded={false} />
      <header className={classes.head}>
        <h1 className={classes.room}>{room.name}</h1>
        <ActionIcon component={Link} to={`/rooms/${roomId}`} variant="subtle" color="gray" size="xl" aria-label={text.stage.back}>
          <Icon name="close" size={28} />
        </ActionIcon>
      </header>
      <main id="content" className={classes.content}>
        <section aria-labelledby="stage-now" aria-live="polite">
          <h2 id="stage-now" className={classes.label}>
            {text.stage.now}
          </h2>
          {now.length === 0 && <p className={classes.waiting}>{text.stage.waiting}</p>}
          {now.map((question) => (
            <Question key={question.id} question={question} className={classes.now} />
          ))}
        </section>
        {next.length > 0 && (
          <section aria-labelledby="stage-next">
            <h2 id="stage-next" className={classes.label}>
              {text.stage.next}
            </h2>
            {next.map((question) => (
              <Question key={question.id} question={question} className={classes.next} />
            ))}
          </section>
        )}
      </main>
    </div>
  );
}

function Question({ question, className }: { question: Message; className: string | undefined }) {
  const { text } = useLanguage();
  return (
    <figure className={className}>
      <blockquote className={classes.text} dir="auto">
        {question.content}
      </blockquote>
      <figcaption className={classes.facts}>
        {question.author?.displayName ?? text.message.anonymous} · {text.stage.upvotes(question.upvoteCount)}
      </figcaption>
    </figure>
  );
}
