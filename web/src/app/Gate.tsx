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
  const load = useCallback(() => loadConfig().then(setConfig, () => setConfig("failed")), []);
  useEffect(() => void load(), [load]);
  const { connected, signIn, signOut } = useConnected();
  const account = useMemo(
    () => (connected && config && config !== "failed" ? { config, link: connected.link, signOut } : null),
    [config, connected, signOut],
  );

  if (config === null) return <Waiting />;
  if (config === "failed") return <NoConfig onRetry={() => void load()} />;
  if (!connected || !account) return <SignIn config={config} onSignedIn={signIn} />;
  return (
    <AccountContext value={account}>
      <ApolloProvider client={connected.client}>{children}</ApolloProvider>
    </AccountContext>
  );
}

/** The client of whoever is signed in: made when somebody signs in, closed when they leave or their session ends. */
function useConnected() {
  const [session, setSession] = useState<Session | null>(rememberedSession);
  const [connected, setConnected] = useState<Connected | null>(null);
  const leave = useCallback(() => {
    setConnected((old) => {
      old?.link.dispose();
      return null;
    });
    setSession(null);
  }, []);
  const signOut = useCallback(() => {
    leave();
    // What cannot be told to the issuer is forgotten here all the same.
    session?.signOut().catch(() => undefined);
  }, [leave, session]);
  if (session && !connected) setConnected(connect(session, leave));
  return { connected, signIn: setSession, signOut };
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
