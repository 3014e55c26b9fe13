import { ActionIcon, Button, Text, Title } from "@mantine/core";
import { memo } from "react";
import { Link } from "react-router";

import { Header } from "../app/Header";
import { Icon, type IconName } from "../app/Icon";
import { StatusBadge } from "../app/StatusBadge";
import { useLanguage } from "../i18n/Language";
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
        <PaneButton icon="question" label={text.questions.title} isOpen={pane?.kind === "questions"} onClick={() => toggle("questions")} />
        {can("DELETE_ANY") && <PaneButton icon="shield" label={text.moderation.title} isOpen={pane?.kind === "moderation"} onClick={() => toggle("moderation")} />}
        {can("ANSWER") && (
          <ActionIcon component={Link} to={`/rooms/${id}/stage`} variant="subtle" color="gray" size="lg" aria-label={text.room.stage} className={classes.wide}>
            <Icon name="screen" />
          </ActionIcon>
        )}
      </nav>
    </Header>
  );
});

function PaneButton({ icon, label, isOpen, onClick }: { icon: IconName; label: string; isOpen: boolean; onClick: () => void }) {
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
      <span className={classes.wide}>{label}</span>
    </Button>
  );
}
