import { useQuery } from "@apollo/client/react";
import { Button } from "@mantine/core";

import { ErrorNotice } from "../app/ErrorNotice";
import { useLanguage } from "../i18n/Language";
import { useRoomView } from "../room/RoomContext";
import { AuditLogDocument } from "./AuditLog.generated";
import { describeAct, describeDetails } from "./describeAct";
import classes from "./Moderation.module.css";
import { usePeople } from "./usePeople";

/** Who has done what, newest first. */
export function AuditLog() {
  const { text, format } = useLanguage();
  const { id: roomId } = useRoomView();
  const { data, error, refetch, fetchMore } = useQuery(AuditLogDocument, { variables: { roomId }, fetchPolicy: "network-only" });
  const nameOf = usePeople(data);
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
            <b title={[entry.actorId, entry.targetUserId].filter(Boolean).join(" → ")}>{describeAct(entry, text, nameOf)}</b>
            <p className={classes.facts}>{format.dateTime(entry.at)}</p>
            {entry.reason && <p className={classes.text}>{text.room.reason(entry.reason)}</p>}
            {describeDetails(entry, { text, format }).map((line) => (
              <p key={line} className={classes.text} dir="auto">
                {line}
              </p>
            ))}
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
