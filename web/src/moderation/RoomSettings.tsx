import { useMutation } from "@apollo/client/react";
import { Button, NativeSelect, NumberInput, Stack, Switch, TextInput } from "@mantine/core";
import { type SyntheticEvent, useState } from "react";

import { ErrorNotice } from "../app/ErrorNotice";
import { useNotify } from "../app/Notices";
import { useLanguage } from "../i18n/Language";
import { useRoomView } from "../room/RoomContext";
import type { ReviewMode, RoomSettingsInput, RoomStatus } from "../schema.generated";
import { UpdateRoomDocument } from "./UpdateRoom.generated";

/** What is on or off. */
const SWITCHES = ["chatEnabled", "questionsEnabled", "anonymousQuestions", "participantsCanReply", "reactionsEnabled", "uniqueMessages"] as const;

const STATUSES: readonly RoomStatus[] = ["SCHEDULED", "OPEN", "PAUSED", "CLOSED"];
const REVIEW_MODES: readonly ReviewMode[] = ["OFF", "QUESTIONS", "ALL"];

/** Changes the room's name, status and settings. What was not touched is not sent, so that two hosts do not undo each other. */
export function RoomSettings() {
  const { text } = useLanguage();
  const room = useRoomView();
  const notify = useNotify();
  const [name, setName] = useState<string | null>(null);
  const [status, setStatus] = useState<RoomStatus | null>(null);
  const [settings, setSettings] = useState<RoomSettingsInput>({});
  const [updateRoom, { loading, error }] = useMutation(UpdateRoomDocument);
  const set = (change: RoomSettingsInput) => setSettings({ ...settings, ...change });

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const saved = () => {
      notify.success(text.settings.saved);
      setName(null);
      setStatus(null);
      setSettings({});
    };
    // `error` says what was refused.
    updateRoom({ variables: { input: { roomId: room.id, name, status, settings } } }).then(saved, () => undefined);
  };
  const isChanged = name !== null || status !== null || Object.keys(settings).length > 0;
  const shown = { ...room.settings, ...settings };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput label={text.settings.name} value={name ?? room.name} onChange={(event) => setName(event.target.value)} required maxLength={200} />
        <NativeSelect
          label={text.settings.status}
          value={status ?? room.status}
          onChange={(event) => setStatus(event.target.value as RoomStatus)}
          data={STATUSES.map((value) => ({ value, label: text.status[value] }))}
        />
        <NativeSelect
          label={text.settings.reviewMode}
          value={shown.reviewMode ?? "OFF"}
          onChange={(event) => set({ reviewMode: event.target.value as ReviewMode })}
          data={REVIEW_MODES.map((value) => ({ value, label: text.settings.review[value] }))}
        />
        {(["slowModeSeconds", "maxMessageLength"] as const).map((key) => (
          <NumberInput
            key={key}
            label={text.settings[key]}
            value={shown[key] ?? 0}
            onChange={(value) => set({ [key]: Number(value) })}
            min={key === "slowModeSeconds" ? 0 : 1}
            max={key === "slowModeSeconds" ? 3600 : 10_000}
            allowDecimal={false}
          />
        ))}
        {SWITCHES.map((key) => (
          <Switch key={key} label={text.settings[key]} checked={shown[key] ?? false} onChange={(event) => set({ [key]: event.target.checked })} />
        ))}
        {error && <ErrorNotice error={error} />}
        <Button type="submit" loading={loading} disabled={!isChanged}>
          {text.save}
        </Button>
      </Stack>
    </form>
  );
}
