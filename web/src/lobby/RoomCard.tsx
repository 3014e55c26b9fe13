import { Badge, Text } from "@mantine/core";
import { Link } from "react-router";

import { Icon } from "../app/Icon";
import { StatusBadge } from "../app/StatusBadge";
import { useLanguage } from "../i18n/Language";
import classes from "./Lobby.module.css";
import type { RoomCardFragment } from "./RoomCard.generated";

/** One room of the lobby, and the way into it. */
export function RoomCard({ room }: { room: RoomCardFragment }) {
  const { text, format } = useLanguage();
  return (
    <Link to={`/rooms/${room.id}`} className={classes.card}>
      <Text fw={600} lineClamp={2}>
        {room.name}
      </Text>
      <div className={classes.facts}>
        <StatusBadge status={room.status} />
        {room.participantCount > 0 && (
          <Badge variant="transparent" color="gray" tt="none" leftSection={<Icon name="people" size={14} />}>
            {text.lobby.people(room.participantCount)}
          </Badge>
        )}
        {room.status === "SCHEDULED" && room.startsAt && (
          <Text component="time" dateTime={room.startsAt} size="sm" c="dimmed">
            {text.lobby.begins(format.dateTime(room.startsAt))}
          </Text>
        )}
      </div>
    </Link>
  );
}
