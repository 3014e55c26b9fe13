import { useQuery } from "@apollo/client/react";
import { Button, Code } from "@mantine/core";

import { ErrorNotice } from "../app/ErrorNotice";
import { useLanguage } from "../i18n/Language";
import { useRoomView } from "../room/RoomContext";
import { AuditLogDocument } from "./AuditLog.generated";
import classes from "./Moderation.module.css";

/** Who has done what, newest first. */
export function AuditLog() {
  const { text, format } = useLanguage();
  const { id: roomId } = useRoomView();
  const { data, error, refetch, fetchMore } = useQuery(AuditLogDocument, { variables: { roomId }, fetchPolicy: "network-only" });
  const page = data?.room?.auditLog;
  const more = () =>
    fetchMore({
      variables: { after: page?.pageInfo.endCursor ?? null },
      updateQuery: (previous, { fetchMoreResult: { room } }) =>
        room && previous.room
          ? { ...previous, room: { ...room, auditLog: { ...room.auditLog, nodes: [...previous.room.auditLog.nodes, ...room.auditLog.nodes] } } }
          : previous,
    });
  return (
    <>
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {page?.nodes.length === 0 && <p className={classes.empty}>{text.moderation.auditEmpty}</p>}
      <ul className={classes.list}>
        {page?.nodes.map((entry) => (
          <li key={entry.id} className={classes.entry}>
            <b>{entry.action}</b>
            <p className={classes.facts}>
              {format.dateTime(entry.at)} · {entry.actorId}
              {entry.targetUserId && ` → ${entry.targetUserId}`}
            </p>
            {entry.reason && <p className={classes.text}>{entry.reason}</p>}
            {entry.details !== null && <Code block>{JSON.stringify(entry.details, null, 1)}</Code>}
          </li>
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
