import { ActionIcon, Button, Text, Title } from "@mantine/core";
import { memo } from "react";
import { Link } from "react-router";

import { Header } from "../app/Header";
import { Icon, type IconName } from "../app/Icon";
import { StatusBadge } from "../app/StatusBadge";
import { useLanguage } from "../i18n/Language";
import { useReviewQueue } from "../moderation/ReviewQueue";
import type { Pane } from "./pane";
import { useRoomView } from "./RoomContext";
import classes from "./RoomHeader.module.css";

interface Props {
  participantCount: number;
  pane: Pane | null;
  onPane: (pane: Pane | null) => void;
}

/** The room's name and state, who is there, and what can stand beside the chat. */
export const RoomHeader = memo(function RoomHeader({ participantCount, pane, onPane }: Props) {
  const { text, format } = useLanguage();
  const { id, name, status, startsAt, can } = useRoomView();
  const people = text.room.people(format.count(participantCount));
  const toggle = (kind: "questions" | "moderation") => onPane(pane?.kind === kind ? null : { kind });
  return (
    <Header>
      <ActionIcon component={Link} to="/" variant="subtle" color="gray" size="lg" aria-label={text.room.toLobby}>
        <Icon name="back" />
      </ActionIcon>
      <div className={classes.title}>
        <Title order={1} size="h4" className={classes.name}>
          {name}
        </Title>
        <div className={classes.facts}>
          <StatusBadge status={status} />
          {status === "SCHEDULED" && startsAt && (
            <Text component="time" dateTime={startsAt} size="xs" c="dimmed" className={classes.begin}>
              {text.lobby.begins(format.dateTime(startsAt))}
            </Text>
          )}
          <Text component="span" size="xs" c="dimmed" className={classes.people} title={people}>
            <Icon name="people" size={14} /> {people}
          </Text>
        </div>
      </div>
      <nav className={classes.panes} aria-label={text.room.panes}>
        <PaneButton icon="question" name={text.questions.title} isOpen={pane?.kind === "questions"} onClick={() => toggle("questions")} />
        {can("DELETE_ANY") && <ModerationButton isOpen={pane?.kind === "moderation"} onClick={() => toggle("moderation")} />}
        {can("ANSWER") && (
          <ActionIcon component={Link} to={`/rooms/${id}/stage`} variant="subtle" color="gray" size="lg" aria-label={text.room.stage} className={classes.wide}>
            <Icon name="screen" />
          </ActionIcon>
        )}
      </nav>
    </Header>
  );
});

interface ButtonProps {
  isOpen: boolean;
  onClick: () => void;
}

/** With how much waits to be looked at. */
function ModerationButton(props: ButtonProps) {
  const { text, format } = useLanguage();
  const { waiting, hasMore } = useReviewQueue();
  const count = `${format.count(waiting)}${hasMore ? "+" : ""}`;
  const words = waiting > 0 ? { count, label: `${text.moderation.title}, ${text.moderation.waiting(count)}` } : {};
  return <PaneButton icon="shield" name={text.moderation.title} {...words} {...props} />;
}

interface PaneButtonProps extends ButtonProps {
  icon: IconName;
  name: string;
  /** How much is new there. */
  count?: string;
  /** The name and the count in words. */
  label?: string;
}

function PaneButton({ icon, name, count, label = name, isOpen, onClick }: PaneButtonProps) {
  return (
    <Button
      variant={isOpen ? "light" : "subtle"}
      {...(!isOpen && { color: "gray" })}
      size="compact-sm"
      className={classes.pane}
      aria-pressed={isOpen}
      aria-label={label}
      onClick={onClick}
      leftSection={<Icon name={icon} size={18} />}
    >
      <span className={classes.wide}>{name}</span>
      {count !== undefined && <span className={classes.count}>{count}</span>}
    </Button>
  );
}
