import { useMutation } from "@apollo/client/react";
import type { Message } from "@plenary/apollo";
import { Button, Group, Modal, Text, Textarea } from "@mantine/core";
import { type SyntheticEvent, useState } from "react";

import { ErrorNotice } from "../app/ErrorNotice";
import { useNotify } from "../app/Notices";
import { useLanguage } from "../i18n/Language";
import { RoleForm } from "../moderation/RoleForm";
import { SanctionForm } from "../moderation/SanctionForm";
import { DeleteMessageDocument, ReportMessageDocument } from "./EditMessage.generated";
import type { Request } from "./RoomContext";

interface Props {
  request: Request | null;
  onClose: () => void;
}

/** What must be asked before it is done. */
export function Dialogs({ request, onClose }: Props) {
  const { text } = useLanguage();
  const name = request?.message.author?.displayName ?? text.message.anonymous;
  const titles = {
    report: text.message.reportTitle,
    remove: text.message.remove,
    mute: text.moderation.muteTitle(name),
    ban: text.moderation.banTitle(name),
    hide: text.moderation.hideTitle(name),
    role: text.moderation.roleTitle(name),
  };
  return (
    <Modal opened={request !== null} onClose={onClose} title={request && titles[request.kind]} closeButtonProps={{ "aria-label": text.close }}>
      {request?.kind === "report" && <ReportForm message={request.message} onDone={onClose} />}
      {request?.kind === "remove" && <RemoveForm message={request.message} onDone={onClose} />}
      {request?.kind === "role" && <RoleForm message={request.message} onDone={onClose} />}
      {isSanction(request) && <SanctionForm kind={request.kind} message={request.message} onDone={onClose} />}
    </Modal>
  );
}

type Sanction = Request & { kind: "mute" | "ban" | "hide" };

function isSanction(request: Request | null): request is Sanction {
  return request !== null && ["mute", "ban", "hide"].includes(request.kind);
}

interface FormProps {
  message: Message;
  onDone: () => void;
}

function ReportForm({ message, onDone }: FormProps) {
  const { text } = useLanguage();
  const notify = useNotify();
  const [reason, setReason] = useState("");
  const [reportMessage, { loading, error }] = useMutation(ReportMessageDocument);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const reported = () => {
      notify.success(text.message.reported);
      onDone();
    };
    // `error` says what was refused.
    reportMessage({ variables: { input: { messageId: message.id, reason: reason.trim() } } }).then(reported, () => undefined);
  };
  return (
    <form onSubmit={submit}>
      <Textarea label={text.message.reportReason} value={reason} onChange={(event) => setReason(event.target.value)} required maxLength={500} data-autofocus mb="md" />
      {error && <ErrorNotice error={error} />}
      <Button type="submit" loading={loading} disabled={reason.trim() === ""}>
        {text.message.report}
      </Button>
    </form>
  );
}

function RemoveForm({ message, onDone }: FormProps) {
  const { text } = useLanguage();
  const [deleteMessage, { loading, error }] = useMutation(DeleteMessageDocument);
  const remove = () => void deleteMessage({ variables: { input: { messageId: message.id } } }).then(onDone, () => undefined);
  return (
    <>
      <Text mb="sm">{text.message.confirmRemove}</Text>
      <Text size="sm" c="dimmed" lineClamp={3} mb="md">
        {message.content}
      </Text>
      {error && <ErrorNotice error={error} />}
      <Group>
        <Button color="red" onClick={remove} loading={loading} data-autofocus>
          {text.message.remove}
        </Button>
        <Button variant="default" onClick={onDone}>
          {text.cancel}
        </Button>
      </Group>
    </>
  );
}
