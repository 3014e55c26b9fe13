import { useMutation } from "@apollo/client/react";
import { Button, Stack, Text, TextInput } from "@mantine/core";
import { type SyntheticEvent, useState } from "react";

import { useLanguage } from "../i18n/Language";
import { ErrorNotice } from "./ErrorNotice";
import { useNotify } from "./Notices";
import { UpdateProfileDocument } from "./UpdateProfile.generated";
import { useRefusedField } from "./useRefusedField";
import type { ViewerQuery } from "./Viewer.generated";

const FIELDS = ["displayName", "avatarUrl"] as const;

interface Props {
  viewer: ViewerQuery["viewer"];
  onDone: () => void;
}

/** Changes the name and the picture that others see. What was not touched is not sent: it may come from the token. */
export function ProfileForm({ viewer, onDone }: Props) {
  const { text } = useLanguage();
  const notify = useNotify();
  const [changes, setChanges] = useState<Partial<Record<(typeof FIELDS)[number], string>>>({});
  const [updateProfile, { loading, error }] = useMutation(UpdateProfileDocument);
  const { field: refused, otherError, form } = useRefusedField(error, FIELDS);

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const done = () => {
      notify.success(text.settings.saved);
      onDone();
    };
    // The fields and `otherError` say what was refused.
    updateProfile({ variables: { input: changes } }).then(done, () => undefined);
  };
  const rules = { displayName: text.profile.displayNameRule, avatarUrl: text.profile.avatarUrlRule };
  const field = (name: (typeof FIELDS)[number]) => ({
    label: text.profile[name],
    value: changes[name] ?? viewer[name] ?? "",
    onChange: ({ target: { value } }: { target: { value: string } }) => setChanges({ ...changes, [name]: value }),
    error: refused === name && rules[name],
    "data-field": name,
  });
  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Stack gap="sm">
        <TextInput {...field("displayName")} autoComplete="name" data-autofocus />
        <TextInput {...field("avatarUrl")} description={text.profile.avatarHint} inputMode="url" />
        <Text size="xs" c="dimmed">
          {text.profile.hint}
        </Text>
        {otherError !== undefined && <ErrorNotice error={otherError} />}
        <Button type="submit" loading={loading} disabled={Object.keys(changes).length === 0}>
          {text.save}
        </Button>
      </Stack>
    </form>
  );
}
