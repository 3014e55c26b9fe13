import { Button, Center, Stack, Text, Title } from "@mantine/core";
import { refusal, RoomNotFound } from "@plenary/apollo";
import { Link } from "react-router";

import { useAccount } from "../app/Gate";
import { describeError, needsSignIn } from "../i18n/describeError";
import { useLanguage } from "../i18n/Language";
import type { Ban } from "./useViewerEvents";

interface Props {
  error: unknown;
  ban: Ban | null;
  onRetry: () => void;
}

/** In place of a room that cannot be shown: it is not there, or not for the viewer. */
export function RoomClosed({ error, ban, onRetry }: Props) {
  const { text, format } = useLanguage();
  const { signOut } = useAccount();
  const refused = refusal(error);
  const isBanned = ban !== null || refused?.code === "BANNED";
  const isNotFound = error instanceof RoomNotFound || refused?.code === "NOT_FOUND";
  const until = ban?.expiresAt ?? refused?.until?.toISOString();
  return (
    <Center component="main" id="content" h="100dvh" p="md">
      <Stack align="center" gap="xs" ta="center" role="alert">
        <Title order={1} size="h3">
          {isBanned ? text.room.banned : isNotFound ? text.room.notFound : describeError(error, text, format)}
        </Title>
        {isBanned && until && <Text>{text.room.bannedUntil(format.dateTime(until))}</Text>}
        {isBanned && ban?.reason && <Text>{text.room.reason(ban.reason)}</Text>}
        {isNotFound && <Text c="dimmed">{text.room.notFoundHint}</Text>}
        <Button component={Link} to="/" mt="md">
          {text.room.toLobby}
        </Button>
        {needsSignIn(error) && (
          <Button variant="subtle" onClick={signOut}>
            {text.signIn.again}
          </Button>
        )}
        {!isNotFound && (
          <Button variant="subtle" onClick={onRetry}>
            {text.retry}
          </Button>
        )}
      </Stack>
    </Center>
  );
}
