import { useMutation, useQuery } from "@apollo/client/react";
import { Button, Stack } from "@mantine/core";
import { type SyntheticEvent, useState } from "react";

import { ErrorNotice } from "../app/ErrorNotice";
import { Waiting } from "../app/Gate";
import { useNotify } from "../app/Notices";
import { useRefusedField } from "../app/useRefusedField";
import { useLanguage } from "../i18n/Language";
import { useRoomView } from "../room/RoomContext";
import { RoomTermsDocument } from "./RoomTerms.generated";
import { CHECKED_FIELDS } from "./settingsFields";
import { type Changes, type Shown, SettingsGroups } from "./SettingsGroups";
import { UpdateRoomDocument } from "./UpdateRoom.generated";

/** Changes the room's name, status and settings. */
export function RoomSettings() {
  const { id: roomId, name, status, startsAt, settings } = useRoomView();
  const { data, error, refetch } = useQuery(RoomTermsDocument, { variables: { roomId }, fetchPolicy: "network-only" });
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!data?.room) return <Waiting />;
  const { heldTerms, refusedTerms, metadata } = data.room;
  return <SettingsForm roomId={roomId} room={{ ...settings, name, status, startsAt, metadata, heldTerms, refusedTerms }} />;
}

/** What was not touched is not sent, so that two hosts do not undo each other. */
function SettingsForm({ roomId, room }: { roomId: string; room: Shown }) {
  const { text } = useLanguage();
  const notify = useNotify();
  const [changes, setChanges] = useState<Changes>({});
  const [saves, setSaves] = useState(0);
  const [updateRoom, { loading, error }] = useMutation(UpdateRoomDocument);
  const { field, otherError, form } = useRefusedField(error, CHECKED_FIELDS);

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const { name = null, status = null, startsAt = null, metadata = null, ...settings } = changes;
    const saved = () => {
      notify.success(text.settings.saved);
      setChanges({});
      setSaves(saves + 1);
    };
    // The fields and `otherError` say what was refused.
    updateRoom({ variables: { input: { roomId, name, status, startsAt, metadata, settings } } }).then(saved, () => undefined);
  };
  const made = Object.values(changes);
  const isWorthSaving = made.length > 0 && !made.includes(undefined);
  return (
    <form ref={form} onSubmit={submit}>
      <Stack gap="md">
        {/* What was typed is forgotten once it is saved. */}
        <SettingsGroups key={saves} shown={shownWith(room, changes)} refused={field} onChange={(change) => setChanges((before) => ({ ...before, ...change }))} />
        {otherError !== undefined && <ErrorNotice error={otherError} />}
        <Button type="submit" loading={loading} disabled={!isWorthSaving}>
          {text.save}
        </Button>
      </Stack>
    </form>
  );
}

/** The room as it will be; what is not filled in well is shown by its field. */
function shownWith(room: Shown, changes: Changes): Shown {
  const made = Object.entries(changes).filter(([, value]) => value !== undefined);
  return { ...room, ...(Object.fromEntries(made) as Partial<Shown>) };
}
