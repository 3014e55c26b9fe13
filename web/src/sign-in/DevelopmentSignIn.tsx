import { Alert, Button, NativeSelect, Text, TextInput } from "@mantine/core";
import { type SyntheticEvent, useState } from "react";

import { developmentToken } from "../development";
import { useLanguage } from "../i18n/Language";
import { type Session, tokenSession } from "./session";
import classes from "./SignIn.module.css";

/** The groups that give a role in all rooms, as the server names them by default. */
const GROUPS = { PARTICIPANT: [], SPEAKER: ["plenary-speakers"], MODERATOR: ["plenary-moderators"], HOST: ["plenary-hosts"] } as const;

type DevelopmentRole = keyof typeof GROUPS;

/** A name and a role of one's own choice, from a server in development mode. */
export function DevelopmentSignIn({ onSignedIn }: { onSignedIn: (session: Session) => void }) {
  const { text } = useLanguage();
  const [name, setName] = useState("");
  const [role, setRole] = useState<DevelopmentRole>("PARTICIPANT");
  const [failed, setFailed] = useState(false);

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setFailed(false);
    // The same name is the same person, so that somebody can come back in another browser.
    const user = name.trim().toLowerCase().replaceAll(/\s+/g, "-");
    developmentToken({ user, name: name.trim(), groups: GROUPS[role] }).then(
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
        onChange={(event) => setRole(event.target.value as DevelopmentRole)}
        data={Object.keys(GROUPS).map((value) => ({ value, label: text.roles[value as DevelopmentRole] }))}
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
