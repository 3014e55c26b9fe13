import { useMutation } from "@apollo/client/react";
import type { Message } from "@plenary/apollo";
import { Button, NativeSelect, Stack } from "@mantine/core";
import { type SyntheticEvent, useState } from "react";

import { ErrorNotice } from "../app/ErrorNotice";
import { useNotify } from "../app/Notices";
import { useLanguage } from "../i18n/Language";
import type { Role } from "../schema.generated";
import { SetRoleDocument } from "./SetRole.generated";

const ROLES: readonly Role[] = ["PARTICIPANT", "SPEAKER", "MODERATOR", "HOST"];

interface Props {
  message: Message;
  onDone: () => void;
}

/** Gives the author of a message a role in this room; it begins with the one that the author wrote in. */
export function RoleForm({ message: { roomId, author }, onDone }: Props) {
  const { text } = useLanguage();
  const notify = useNotify();
  const [role, setRole] = useState<Role>(author?.role ?? "PARTICIPANT");
  // The answer is somebody else's place, which must not be taken for the viewer's.
  const [giveRole, { loading, error }] = useMutation(SetRoleDocument, { fetchPolicy: "no-cache" });
  if (!author) return null;

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const done = () => {
      notify.success(text.moderation.done);
      onDone();
    };
    // `error` says what was refused.
    giveRole({ variables: { input: { roomId, userId: author.userId, role } } }).then(done, () => undefined);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <NativeSelect
          label={text.moderation.role}
          description={text.moderation.roleHint}
          value={role}
          onChange={(event) => setRole(event.target.value as Role)}
          data={ROLES.map((value) => ({ value, label: text.roles[value] }))}
          data-autofocus
        />
        {error && <ErrorNotice error={error} />}
        <Button type="submit" loading={loading}>
          {text.moderation.confirmRole}
        </Button>
      </Stack>
    </form>
  );
}
