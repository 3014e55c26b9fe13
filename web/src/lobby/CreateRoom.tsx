import { useMutation } from "@apollo/client/react";
import { Button, Modal, TextInput } from "@mantine/core";
import { type SyntheticEvent, useState } from "react";
import { useNavigate } from "react-router";

import { DateTimeInput } from "../app/DateTimeInput";
import { ErrorNotice } from "../app/ErrorNotice";
import { useLanguage } from "../i18n/Language";
import { CreateRoomDocument } from "./CreateRoom.generated";

interface Props {
  isOpen: boolean;
  onClose: () => void;
}

/** Asks for a new room's name and beginning, and goes there. */
export function CreateRoom({ isOpen, onClose }: Props) {
  const { text } = useLanguage();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [startsAt, setStartsAt] = useState<string | null>(null);
  const [createRoom, { loading, error }] = useMutation(CreateRoomDocument, {
    onCompleted: ({ createRoom: { id } }) => void navigate(`/rooms/${id}`),
    // `error` says it.
    onError: () => undefined,
  });

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    void createRoom({ variables: { input: { name: name.trim(), startsAt } } });
  };

  return (
    <Modal opened={isOpen} onClose={onClose} title={text.lobby.createTitle} closeButtonProps={{ "aria-label": text.close }}>
      <form onSubmit={submit}>
        <TextInput label={text.lobby.roomName} value={name} onChange={(event) => setName(event.target.value)} required maxLength={200} data-autofocus mb="sm" />
        <DateTimeInput label={text.lobby.startsAt} value={startsAt} onChange={setStartsAt} mb="md" />
        {error && <ErrorNotice error={error} />}
        <Button type="submit" loading={loading} disabled={name.trim() === ""}>
          {text.lobby.submit}
        </Button>
      </form>
    </Modal>
  );
}
