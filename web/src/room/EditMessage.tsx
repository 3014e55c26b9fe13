import { useMutation } from "@apollo/client/react";
import type { Message } from "@plenary/apollo";
import { Button, Group, Textarea } from "@mantine/core";
import { type KeyboardEvent, useState } from "react";

import { ErrorNotice } from "../app/ErrorNotice";
import { useLanguage } from "../i18n/Language";
import { EditMessageDocument } from "./EditMessage.generated";

/** Changes the text of a message in its place. Escape leaves it as it was. */
export function EditMessage({ message, onDone }: { message: Message; onDone: () => void }) {
  const { text } = useLanguage();
  const [content, setContent] = useState(message.content ?? "");
  const [editMessage, { loading, error }] = useMutation(EditMessageDocument);

  const save = () => {
    if (content === message.content) {
      onDone();
      return;
    }
    const input = { messageId: message.id, content, expectedVersion: message.version };
    // `error` says what was refused.
    editMessage({ variables: { input } }).then(onDone, () => undefined);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") onDone();
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    save();
  };
  return (
    <>
      <Textarea aria-label={text.message.editLabel} value={content} onChange={(event) => setContent(event.target.value)} onKeyDown={onKeyDown} autosize minRows={1} maxRows={10} autoFocus />
      {error && <ErrorNotice error={error} />}
      <Group gap="xs" my={6}>
        <Button size="compact-sm" onClick={save} loading={loading}>
          {text.save}
        </Button>
        <Button size="compact-sm" variant="subtle" color="gray" onClick={onDone}>
          {text.cancel}
        </Button>
      </Group>
    </>
  );
}
