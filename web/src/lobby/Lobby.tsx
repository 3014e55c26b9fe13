import { useQuery } from "@apollo/client/react";
import { Alert, Button, Group, Text, Title } from "@mantine/core";
import { useState } from "react";

import { ErrorNotice } from "../app/ErrorNotice";
import { useAccount, Waiting } from "../app/Gate";
import { Header } from "../app/Header";
import { Icon } from "../app/Icon";
import { useLanguage } from "../i18n/Language";
import type { RoomStatus } from "../schema.generated";
import { CreateRoom } from "./CreateRoom";
import { LobbyViewerDocument } from "./Lobby.generated";
import classes from "./Lobby.module.css";
import { RoomCard } from "./RoomCard";
import type { RoomCardFragment } from "./RoomCard.generated";
import { type Rooms, useRooms } from "./useRooms";

/** What goes on now comes first. What is over is read by itself: it grows, and would push the others off the first page. */
const CURRENT: readonly RoomStatus[] = ["OPEN", "PAUSED", "SCHEDULED"];
const OVER: readonly RoomStatus[] = ["CLOSED"];

/** How often to look for new rooms and headcounts, in milliseconds. */
const CURRENT_EVERY_MS = 15_000;
const OVER_EVERY_MS = 60_000;

/** All rooms by their status. */
export function Lobby() {
  const { text } = useLanguage();
  const hosts = useAccount().config.roleGroups.HOST;
  const groups = useQuery(LobbyViewerDocument).data?.viewer.groups;
  const [current, over] = [useRooms(CURRENT, CURRENT_EVERY_MS), useRooms(OVER, OVER_EVERY_MS)];
  const [isCreating, setIsCreating] = useState(false);
  const failed = [current, over].find(({ error }) => error !== undefined);
  if (!failed && (!current.list || !over.list)) return <Waiting />;
  return (
    <div className={classes.page}>
      <Header>
        <Text className={classes.brand}>{text.appName}</Text>
      </Header>
      <main id="content" className={classes.content}>
        <Group justify="space-between" mb="lg">
          <Title order={1} size="h2">
            {text.lobby.title}
          </Title>
          {groups?.some((group) => hosts.includes(group)) && (
            <Button leftSection={<Icon name="plus" size={18} />} onClick={() => setIsCreating(true)}>
              {text.lobby.create}
            </Button>
          )}
        </Group>
        {failed && <ErrorNotice error={failed.error} onRetry={failed.retry} />}
        {current.list?.nodes.length === 0 && over.list?.nodes.length === 0 && (
          <Alert color="gray" title={text.lobby.none}>
            {text.lobby.noneHint}
          </Alert>
        )}
        <Sections statuses={CURRENT} rooms={current} />
        <Sections statuses={OVER} rooms={over} />
      </main>
      <CreateRoom isOpen={isCreating} onClose={() => setIsCreating(false)} />
    </div>
  );
}

function Sections({ statuses, rooms: { list, loadMore } }: { statuses: readonly RoomStatus[]; rooms: Rooms }) {
  const { text } = useLanguage();
  return (
    <>
      {statuses.map((status) => (
        <Section key={status} status={status} rooms={list?.nodes.filter((room) => room.status === status) ?? []} />
      ))}
      {list?.hasMore && (
        <Button variant="default" mb="lg" onClick={loadMore}>
          {text.more}
        </Button>
      )}
    </>
  );
}

function Section({ status, rooms }: { status: RoomStatus; rooms: RoomCardFragment[] }) {
  const { text } = useLanguage();
  if (rooms.length === 0) return null;
  return (
    <section aria-labelledby={`rooms-${status}`} className={classes.section}>
      <Title id={`rooms-${status}`} order={2} size="sm" c="dimmed" mb="sm">
        {text.status[status]}
      </Title>
      <div className={classes.grid}>
        {rooms.map((room) => (
          <RoomCard key={room.id} room={room} />
        ))}
      </div>
    </section>
  );
}
