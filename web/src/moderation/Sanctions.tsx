import { useMutation, useQuery } from "@apollo/client/react";
import { Badge, Button, Group } from "@mantine/core";

import { ErrorNotice } from "../app/ErrorNotice";
import { useNotify } from "../app/Notices";
import { useLanguage } from "../i18n/Language";
import { useRoomView } from "../room/RoomContext";
import classes from "./Moderation.module.css";
import { LiftSanctionDocument, type SanctionLineFragment, SanctionsDocument } from "./Sanctions.generated";
import { usePeople } from "./usePeople";

/** Who is muted or banned, and how to lift it. */
export function Sanctions() {
  const { text } = useLanguage();
  const { id: roomId } = useRoomView();
  const { data, error, refetch, fetchMore } = useQuery(SanctionsDocument, { variables: { roomId }, fetchPolicy: "network-only" });
  const nameOf = usePeople(data);
  const page = data?.room?.sanctions;
  const more = () =>
    fetchMore({
      variables: { after: page?.pageInfo.endCursor ?? null },
      updateQuery: (previous, { fetchMoreResult: { room } }) =>
        room && previous.room
          ? { ...previous, room: { ...room, sanctions: { ...room.sanctions, nodes: [...previous.room.sanctions.nodes, ...room.sanctions.nodes] } } }
          : previous,
    });
  return (
    <>
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {page?.nodes.length === 0 && <p className={classes.empty}>{text.moderation.sanctionsEmpty}</p>}
      <ul className={classes.list}>
        {page?.nodes.map((sanction) => (
          <SanctionLine key={sanction.id} sanction={sanction} name={nameOf(sanction.userId)} onLifted={() => void refetch()} />
        ))}
      </ul>
      {page?.pageInfo.hasNextPage && (
        <Button variant="default" size="xs" onClick={() => void more()}>
          {text.more}
        </Button>
      )}
    </>
  );
}

interface LineProps {
  sanction: SanctionLineFragment;
  /** Who is sanctioned, in words. */
  name: string;
  onLifted: () => void;
}

function SanctionLine({ sanction, name, onLifted }: LineProps) {
  const { text, format } = useLanguage();
  const { id: roomId } = useRoomView();
  const notify = useNotify();
  const [liftSanction, { loading }] = useMutation(LiftSanctionDocument, { onError: notify.error, onCompleted: onLifted });
  const lift = () => void liftSanction({ variables: { input: { roomId, userId: sanction.userId, type: sanction.type } } });
  return (
    <li className={classes.entry}>
      <Group gap="xs" justify="space-between">
        <Badge color={sanction.type === "BAN" ? "red" : "orange"} variant="light" tt="none">
          {text.moderation.types[sanction.type]}
        </Badge>
        <Button size="compact-xs" variant="default" loading={loading} onClick={lift}>
          {text.moderation.lift}
        </Button>
      </Group>
      <span title={sanction.userId}>{name}</span>
      {sanction.reason && <p className={classes.text}>{sanction.reason}</p>}
      <p className={classes.facts}>
        {format.dateTime(sanction.createdAt)} – {sanction.expiresAt ? text.moderation.until(format.dateTime(sanction.expiresAt)) : text.moderation.forever}
      </p>
    </li>
  );
}
