import { Alert, Button } from "@mantine/core";

import { describeError } from "../i18n/describeError";
import { useLanguage } from "../i18n/Language";

interface Props {
  error: unknown;
  onRetry?: () => void;
}

/** Says what went wrong, in the reader's words, and offers another attempt. */
export function ErrorNotice({ error, onRetry }: Props) {
  const { text, format } = useLanguage();
  return (
    <Alert color="red" role="alert" my="sm">
      {describeError(error, text, format)}
      {onRetry && (
        <Button variant="subtle" size="compact-sm" ml="sm" onClick={onRetry}>
          {text.retry}
        </Button>
      )}
    </Alert>
  );
}
