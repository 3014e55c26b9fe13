import { Badge } from "@mantine/core";

import { useLanguage } from "../i18n/Language";
import type { RoomStatus } from "../schema.generated";

const COLORS = { SCHEDULED: "indigo", OPEN: "green", PAUSED: "orange", CLOSED: "gray" } as const;

/** Where a room is in its life. */
export function StatusBadge({ status }: { status: RoomStatus }) {
  const { text } = useLanguage();
  return (
    <Badge variant="light" color={COLORS[status]} tt="none" autoContrast>
      {text.status[status]}
    </Badge>
  );
}
