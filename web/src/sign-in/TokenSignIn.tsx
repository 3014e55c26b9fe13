import { Button, Text, Textarea } from "@mantine/core";
import { type SyntheticEvent, useState } from "react";

import { useLanguage } from "../i18n/Language";
import { expiresAt, type Session, tokenSession } from "./session";
import classes from "./SignIn.module.css";

/** A token that somebody brings along, where no issuer is one that this page can ask. */
export function TokenSignIn({ onSignedIn }: { onSignedIn: (session: Session) => void }) {
  const { text } = useLanguage();
  const [token, setToken] = useState("");
  const [failed, setFailed] = useState(false);

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const bare = token.trim().replace(/^Bearer\s+/i, "");
    if (expiresAt(bare) <= Date.now()) setFailed(true);
    else onSignedIn(tokenSession(bare));
  };

  return (
    <form className={classes.form} onSubmit={submit}>
      <Text size="sm">{text.signIn.tokenHint}</Text>
      <Textarea label={text.signIn.token} value={token} onChange={(event) => setToken(event.target.value)} rows={5} required error={failed && text.signIn.failed} spellCheck={false} />
      <Button type="submit">{text.signIn.submit}</Button>
    </form>
  );
}
