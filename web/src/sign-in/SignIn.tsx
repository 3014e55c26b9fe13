import { Paper, Text, Title } from "@mantine/core";

import type { ServerConfig } from "../app/config";
import { useLanguage } from "../i18n/Language";
import { CognitoSignIn } from "./CognitoSignIn";
import { DevelopmentSignIn } from "./DevelopmentSignIn";
import type { Session } from "./session";
import classes from "./SignIn.module.css";
import { TokenSignIn } from "./TokenSignIn";

interface Props {
  config: ServerConfig;
  onSignedIn: (session: Session) => void;
}

/** Asks who somebody is, in the way that the server wants. */
export function SignIn({ config: { signIn, roleGroups }, onSignedIn }: Props) {
  const { text } = useLanguage();
  return (
    <main id="content" className={classes.page}>
      <Paper className={classes.card} withBorder shadow="md" radius="lg" p="xl">
        <Text className={classes.brand}>{text.appName}</Text>
        <Title order={1} size="h3" mb="md">
          {text.signIn.title}
        </Title>
        {signIn.kind === "development" && <DevelopmentSignIn roleGroups={roleGroups} onSignedIn={onSignedIn} />}
        {signIn.kind === "cognito" && <CognitoSignIn pool={signIn} onSignedIn={onSignedIn} />}
        {signIn.kind === "token" && <TokenSignIn onSignedIn={onSignedIn} />}
      </Paper>
    </main>
  );
}
