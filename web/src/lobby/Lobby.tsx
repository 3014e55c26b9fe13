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
import { LobbyDocument } from "./Lobby.generated";
import classes from "./Lobby.module.css";
import { RoomCard } from "./RoomCard";
import type { RoomCardFragment } from "./RoomCard.generated";

/** What goes on now comes first. */
const ORDER: readonly RoomStatus[] = ["OPEN", "PAUSED", "SCHEDULED", "CLOSED"];

/** How often to look for new rooms and headcounts, in milliseconds. */
const POLL_MS = 15_000;

/** All rooms by their status. */
export function Lobby() {
  const { text } = useLanguage();
  const hosts = useAccount().config.roleGroups.HOST;
  const { data, error, fetchMore, refetch } = useQuery(LobbyDocument, { fetchPolicy: "cache-and-network", pollInterval: POLL_MS });
  const [isCreating, setIsCreating] = useState(false);
  if (!data && !error) return <Waiting />;

  const rooms = data?.rooms;
  const loadMore = () =>
    fetchMore({
      variables: { after: rooms?.pageInfo.endCursor ?? null },
      updateQuery: (previous, { fetchMoreResult: { rooms: next } }) => ({
        ...previous,
        rooms: { ...next, nodes: [...previous.rooms.nodes, ...next.nodes] },
      }),
    });
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
          {data?.viewer.groups.some((group) => hosts.includes(group)) && (
            <Button leftSection={<Icon name="plus" size={18} />} onClick={() => setIsCreating(true)}>
              {text.lobby.create}
            </Button>
          )}
        </Group>
        {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
        {rooms?.nodes.length === 0 && (
          <Alert color="gray" title={text.lobby.none}>
            {text.lobby.noneHint}
          </Alert>
        )}
        {ORDER.map((status) => (
          <Section key={status} status={status} rooms={rooms?.nodes.filter((room) => room.status === status) ?? []} />
        ))}
        {rooms?.pageInfo.hasNextPage && (
          <Button variant="default" onClick={() => void loadMore()}>
            {text.more}
          </Button>
        )}
      </main>
      <CreateRoom isOpen={isCreating} onClose={() => setIsCreating(false)} />
    </div>
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
