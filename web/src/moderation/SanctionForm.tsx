import { useMutation } from "@apollo/client/react";
import type { Message } from "@plenary/apollo";
import { Button, Checkbox, NativeSelect, Stack, TextInput } from "@mantine/core";
import { type SyntheticEvent, useState } from "react";

import { ErrorNotice } from "../app/ErrorNotice";
import { useNotify } from "../app/Notices";
import { useLanguage } from "../i18n/Language";
import { HideAuthorDocument, SanctionsDocument, SanctionUserDocument } from "./Sanctions.generated";

interface Props {
  kind: "mute" | "ban" | "hide";
  message: Message;
  onDone: () => void;
}

/** Mutes or bans the author of a message, or hides all that the author has sent. */
export function SanctionForm({ kind, message, onDone }: Props) {
  const { text } = useLanguage();
  const notify = useNotify();
  const [duration, setDuration] = useState("3600");
  const [reason, setReason] = useState("");
  const [hideMessages, setHideMessages] = useState(false);
  const [sanctionUser, sanctioning] = useMutation(SanctionUserDocument, { refetchQueries: [SanctionsDocument] });
  const [hideAuthor, hiding] = useMutation(HideAuthorDocument);
  const error = sanctioning.error ?? hiding.error;
  const userId = message.author?.userId;
  if (userId === undefined) return null;

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const whom = { roomId: message.roomId, userId, reason: reason.trim() || null };
    const request: Promise<unknown> =
      kind === "hide"
        ? hideAuthor({ variables: { input: whom } })
        : sanctionUser({
            variables: {
              input: { ...whom, type: kind === "mute" ? "MUTE" : "BAN", durationSeconds: duration ? Number(duration) : null, hideMessages },
            },
          });
    const done = () => {
      notify.success(text.moderation.done);
      onDone();
    };
    // `error` says what was refused.
    request.then(done, () => undefined);
  };

  const confirm = { mute: text.moderation.confirmMute, ban: text.moderation.confirmBan, hide: text.moderation.confirmHide }[kind];
  const description = kind === "hide" ? text.moderation.reasonKept : text.moderation.reasonShown;
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {kind !== "hide" && (
          <NativeSelect
            label={text.moderation.duration}
            value={duration}
            onChange={(event) => setDuration(event.target.value)}
            data={Object.entries(text.moderation.durations).map(([value, label]) => ({ value, label }))}
          />
        )}
        <TextInput label={text.moderation.reason} description={description} value={reason} onChange={(event) => setReason(event.target.value)} maxLength={500} />
        {kind !== "hide" && <Checkbox label={text.moderation.hideMessages} checked={hideMessages} onChange={(event) => setHideMessages(event.target.checked)} />}
        {error && <ErrorNotice error={error} />}
        <Button type="submit" color="red" loading={sanctioning.loading || hiding.loading}>
          {confirm}
        </Button>
      </Stack>
    </form>
  );
}
