import { Alert, Button, Loader, PasswordInput, Text, TextInput } from "@mantine/core";
import { type SyntheticEvent, useEffect, useState } from "react";

import type { SignInConfig } from "../app/config";
import { useLanguage } from "../i18n/Language";
import type { Challenge, Progress } from "./cognito";
import type { Session } from "./session";
import classes from "./SignIn.module.css";

type Cognito = typeof import("./cognito");

interface Props {
  pool: Extract<SignInConfig, { kind: "cognito" }>;
  onSignedIn: (session: Session) => void;
}

/** Signs in to an Amazon Cognito user pool: user name and password, then whatever the pool asks for. */
export function CognitoSignIn({ pool, onSignedIn }: Props) {
  const { text } = useLanguage();
  const [cognito, setCognito] = useState<Cognito | null>(null);
  const [challenge, setChallenge] = useState<Challenge | null>(null);
  const [problem, setProblem] = useState("");

  useEffect(() => {
    let isGone = false;
    const load = async () => {
      const module = await import("./cognito");
      module.configure(pool);
      const session = await module.resume().catch(() => null);
      if (isGone) return;
      if (session) onSignedIn(session);
      else setCognito(module);
    };
    load().catch(() => setProblem(text.networkError));
    return () => {
      isGone = true;
    };
  }, [pool, onSignedIn, text.networkError]);

  const follow = (step: Promise<Progress>) => {
    setProblem("");
    step.then(
      (progress) => {
        if ("session" in progress) onSignedIn(progress.session);
        else if ("challenge" in progress) setChallenge(progress.challenge);
        else setProblem(text.signIn.unsupportedStep(progress.unsupported));
      },
      // The pool's own words: they say whether the password, the code or the account is the matter.
      (error: unknown) => setProblem(error instanceof Error ? error.message : text.signIn.failed),
    );
  };

  return (
    <>
      {problem && <Alert color="red" role="alert" mb="sm">{problem}</Alert>}
      {!cognito && !problem && <Loader aria-label={text.loading} />}
      {cognito && !challenge && <Password onSubmit={(name, password) => follow(cognito.begin(name, password))} />}
      {cognito && challenge && <Answer key={challenge} challenge={challenge} onSubmit={(response) => follow(cognito.answer(response))} />}
    </>
  );
}

function Password({ onSubmit }: { onSubmit: (name: string, password: string) => void }) {
  const { text } = useLanguage();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  return (
    <form className={classes.form} onSubmit={submitting(() => onSubmit(name, password))}>
      <TextInput label={text.signIn.userName} value={name} onChange={(event) => setName(event.target.value)} autoComplete="username" required />
      <PasswordInput label={text.signIn.password} value={password} onChange={(event) => setPassword(event.target.value)} autoComplete="current-password" required />
      <Button type="submit">{text.signIn.submit}</Button>
    </form>
  );
}

function Answer({ challenge, onSubmit }: { challenge: Challenge; onSubmit: (response: string) => void }) {
  const { text } = useLanguage();
  const [response, setResponse] = useState("");
  const Field = challenge === "newPassword" ? PasswordInput : TextInput;
  return (
    <form className={classes.form} onSubmit={submitting(() => onSubmit(response))}>
      <Text size="sm">{challenge === "newPassword" ? text.signIn.newPasswordHint : text.signIn.codeHint}</Text>
      <Field
        label={challenge === "newPassword" ? text.signIn.newPassword : text.signIn.code}
        value={response}
        onChange={(event) => setResponse(event.target.value)}
        autoComplete={challenge === "newPassword" ? "new-password" : "one-time-code"}
        required
      />
      <Button type="submit">{text.signIn.submit}</Button>
    </form>
  );
}

function submitting(act: () => void) {
  return (event: SyntheticEvent) => {
    event.preventDefault();
    act();
  };
}
