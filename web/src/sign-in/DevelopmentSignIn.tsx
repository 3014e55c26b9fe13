import { Alert, Button, NativeSelect, Text, TextInput } from "@mantine/core";
import { type SyntheticEvent, useState } from "react";

import type { ServerConfig } from "../app/config";
import { developmentToken } from "../development";
import { useLanguage } from "../i18n/Language";
import type { Role } from "../schema.generated";
import { type Session, tokenSession } from "./session";
import classes from "./SignIn.module.css";

const ROLES: readonly Role[] = ["PARTICIPANT", "SPEAKER", "MODERATOR", "HOST"];

interface Props {
  roleGroups: ServerConfig["roleGroups"];
  onSignedIn: (session: Session) => void;
}

/** A name and a role of one's own choice, from a server in development mode. */
export function DevelopmentSignIn({ roleGroups, onSignedIn }: Props) {
  const { text } = useLanguage();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("PARTICIPANT");
  const [failed, setFailed] = useState(false);
  const offered = ROLES.filter((each) => each === "PARTICIPANT" || roleGroups[each].length > 0);

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setFailed(false);
    // The same name is the same person, so that somebody can come back in another browser.
    const user = name.trim().toLowerCase().replaceAll(/\s+/g, "-");
    developmentToken({ user, name: name.trim(), groups: role === "PARTICIPANT" ? [] : roleGroups[role].slice(0, 1) }).then(
      (token) => onSignedIn(tokenSession(token)),
      () => setFailed(true),
    );
  };

  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput label={text.signIn.name} value={name} onChange={(event) => setName(event.target.value)} required maxLength={80} autoComplete="name" data-autofocus />
      <NativeSelect
        label={text.signIn.role}
        value={role}
        onChange={(event) => setRole(event.target.value as Role)}
        data={offered.map((value) => ({ value, label: text.roles[value] }))}
      />
      {failed && <Alert color="red" role="alert">{text.signIn.failed}</Alert>}
      <Button type="submit" disabled={name.trim() === ""}>
        {text.signIn.submit}
      </Button>
      <Text size="xs" c="dimmed">
        {text.signIn.developmentHint}
      </Text>
    </form>
  );
}
