import { ErrorNotice } from "../app/ErrorNotice";
import { useLanguage } from "../i18n/Language";
import { AuditLogDocument } from "./AuditLog.generated";
import { describeAct, describeDetails } from "./describeAct";
import classes from "./Moderation.module.css";
import { MoreButton } from "./MoreButton";
import { usePeople } from "./usePeople";
import { useRoomPages } from "./useRoomPages";

/** Who has done what, newest first. */
export function AuditLog() {
  const { text, format } = useLanguage();
  const { nodes, error, refetch, more } = useRoomPages(AuditLogDocument, "auditLog");
  const nameOf = usePeople(nodes);
  return (
    <>
      {error !== undefined && <ErrorNotice error={error} onRetry={refetch} />}
      {nodes?.length === 0 && <p className={classes.empty}>{text.moderation.auditEmpty}</p>}
      <ul className={classes.list}>
        {nodes?.map((entry) => (
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
      <MoreButton onMore={more} />
    </>
  );
}
