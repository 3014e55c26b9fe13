import { Alert, Button, Loader, PasswordInput, Text, TextInput } from "@mantine/core";
import { type SyntheticEvent, useEffect, useState } from "react";

import type { SignInConfig } from "../app/config";
import { useLanguage } from "../i18n/Language";
import type { Challenge, Progress } from "./cognito";
import { describeRefusal, isCalled } from "./describeRefusal";
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
  const [cognito, retry] = useCognito(pool, onSignedIn);
  const [challenge, setChallenge] = useState<Challenge | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState("");

  if (cognito === null) return <Loader aria-label={text.loading} />;
  if (cognito === "unreachable") return <Unreachable onRetry={retry} />;
  const follow = (step: Promise<Progress>) => {
    setProblem("");
    setIsBusy(true);
    const refused = (error: unknown) => {
      setProblem(describeRefusal(error, text));
      // The pool forgets after some minutes what it has asked for; then it begins anew.
      if (isCalled(error, "NotAuthorizedException", "SignInException")) setChallenge(null);
    };
    const went = (progress: Progress) => {
      if ("session" in progress) onSignedIn(progress.session);
      else if ("challenge" in progress) setChallenge(progress.challenge);
      else setProblem(text.signIn.unsupportedStep(progress.unsupported));
    };
    void step.then(went, refused).finally(() => setIsBusy(false));
  };
  return (
    <>
      {problem && <Alert color="red" role="alert" mb="sm">{problem}</Alert>}
      {challenge ? (
        <Answer key={challenge} challenge={challenge} isBusy={isBusy} onSubmit={(response) => follow(cognito.answer(response))} />
      ) : (
        <Password isBusy={isBusy} onSubmit={(name, password) => follow(cognito.begin(name, password))} />
      )}
    </>
  );
}

/** What speaks with the pool, once it is known that nobody is signed in; whoever is goes on. */
function useCognito(pool: Props["pool"], onSignedIn: Props["onSignedIn"]): [Cognito | "unreachable" | null, () => void] {
  const [cognito, setCognito] = useState<Cognito | "unreachable" | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let isGone = false;
    const load = async () => {
      const module = await import("./cognito");
      module.configure(pool);
      const session = await module.resume();
      if (isGone) return;
      if (session) onSignedIn(session);
      else setCognito(module);
    };
    load().catch(() => isGone || setCognito("unreachable"));
    return () => {
      isGone = true;
    };
  }, [pool, onSignedIn, attempt]);
  const retry = () => {
    setCognito(null);
    setAttempt(attempt + 1);
  };
  return [cognito, retry];
}

function Unreachable({ onRetry }: { onRetry: () => void }) {
  const { text } = useLanguage();
  return (
    <div className={classes.form}>
      <Alert color="red" role="alert">{text.networkError}</Alert>
      <Button onClick={onRetry}>{text.retry}</Button>
    </div>
  );
}

function Password({ isBusy, onSubmit }: { isBusy: boolean; onSubmit: (name: string, password: string) => void }) {
  const { text } = useLanguage();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  return (
    <form className={classes.form} onSubmit={submitting(() => onSubmit(name.trim(), password))}>
      <TextInput label={text.signIn.userName} value={name} onChange={(event) => setName(event.target.value)} autoComplete="username" required />
      <PasswordInput label={text.signIn.password} value={password} onChange={(event) => setPassword(event.target.value)} autoComplete="current-password" required />
      <Button type="submit" loading={isBusy}>{text.signIn.submit}</Button>
    </form>
  );
}

function Answer({ challenge, isBusy, onSubmit }: { challenge: Challenge; isBusy: boolean; onSubmit: (response: string) => void }) {
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
        autoFocus
      />
      <Button type="submit" loading={isBusy}>{text.signIn.submit}</Button>
    </form>
  );
}

function submitting(act: () => void) {
  return (event: SyntheticEvent) => {
    event.preventDefault();
    act();
  };
}
