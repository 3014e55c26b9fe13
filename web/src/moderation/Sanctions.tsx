import { useMutation } from "@apollo/client/react";
import { Badge, Button, Group } from "@mantine/core";

import { ErrorNotice } from "../app/ErrorNotice";
import { useNotify } from "../app/Notices";
import { useLanguage } from "../i18n/Language";
import { useRoomView } from "../room/RoomContext";
import classes from "./Moderation.module.css";
import { MoreButton } from "./MoreButton";
import { LiftSanctionDocument, type SanctionLineFragment, SanctionsDocument } from "./Sanctions.generated";
import { usePeople } from "./usePeople";
import { useRoomPages } from "./useRoomPages";

/** Who is muted or banned, and how to lift it. */
export function Sanctions() {
  const { text } = useLanguage();
  const { nodes, error, refetch, more } = useRoomPages(SanctionsDocument, "sanctions");
  const nameOf = usePeople(nodes);
  return (
    <>
      {error !== undefined && <ErrorNotice error={error} onRetry={refetch} />}
      {nodes?.length === 0 && <p className={classes.empty}>{text.moderation.sanctionsEmpty}</p>}
      <ul className={classes.list}>
        {nodes?.map((sanction) => (
          <SanctionLine key={sanction.id} sanction={sanction} name={nameOf(sanction.userId)} onLifted={refetch} />
        ))}
      </ul>
      <MoreButton onMore={more} />
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
