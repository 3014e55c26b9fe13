import { ApolloProvider } from "@apollo/client/react";
import type { PlenaryLink } from "@plenary/apollo";
import { Button, Center, Loader, Stack, Text } from "@mantine/core";
import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useState } from "react";

import { useLanguage } from "../i18n/Language";
import { rememberedSession, type Session } from "../sign-in/session";
import { SignIn } from "../sign-in/SignIn";
import { connect, type Connected } from "./client";
import { loadConfig, type ServerConfig } from "./config";

interface Account {
  config: ServerConfig;
  /** Knows how the connection stands. */
  link: PlenaryLink;
  signOut: () => void;
}

const AccountContext = createContext<Account | null>(null);

/** The server's configuration, and the way out. */
export function useAccount(): Account {
  const account = use(AccountContext);
  if (!account) throw new Error("useAccount needs a Gate above it");
  return account;
}

/** Lets those in who are signed in, with a client of their own; asks the others. */
export function Gate({ children }: { children: ReactNode }) {
  const [config, setConfig] = useState<ServerConfig | "failed" | null>(null);
  const [session, setSession] = useState<Session | null>(rememberedSession);
  const load = useCallback(() => loadConfig().then(setConfig, () => setConfig("failed")), []);
  const leave = useCallback(() => setSession(null), []);
  useEffect(() => void load(), [load]);

  if (config === null) return <Waiting />;
  if (config === "failed") return <NoConfig onRetry={() => void load()} />;
  if (!session) return <SignIn config={config.signIn} onSignedIn={setSession} />;
  return (
    <SignedIn config={config} session={session} onSignedOut={leave}>
      {children}
    </SignedIn>
  );
}

interface SignedInProps {
  config: ServerConfig;
  session: Session;
  onSignedOut: () => void;
  children: ReactNode;
}

function SignedIn({ config, session, onSignedOut, children }: SignedInProps) {
  const [connected, setConnected] = useState<Connected | null>(null);
  useEffect(() => {
    const { client, link } = connect(session, () => void session.signOut().finally(onSignedOut));
    setConnected({ client, link });
    return () => {
      client.stop();
      link.dispose();
    };
  }, [session, onSignedOut]);
  const account = useMemo(
    () => connected && { config, link: connected.link, signOut: () => void session.signOut().finally(onSignedOut) },
    [config, connected, session, onSignedOut],
  );
  if (!connected || !account) return <Waiting />;
  return (
    <AccountContext value={account}>
      <ApolloProvider client={connected.client}>{children}</ApolloProvider>
    </AccountContext>
  );
}

/** While something is fetched that the whole page needs. */
export function Waiting() {
  const { text } = useLanguage();
  return (
    <Center h="100%" role="status" aria-label={text.loading}>
      <Loader />
    </Center>
  );
}

function NoConfig({ onRetry }: { onRetry: () => void }) {
  const { text } = useLanguage();
  return (
    <Center component="main" h="100%">
      <Stack align="center">
        <Text role="alert">{text.networkError}</Text>
        <Button onClick={onRetry}>{text.retry}</Button>
      </Stack>
    </Center>
  );
}
