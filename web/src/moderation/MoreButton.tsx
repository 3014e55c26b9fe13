import { Button } from "@mantine/core";

import { useLanguage } from "../i18n/Language";

/** Asks for the next page of a list, where there is one. */
export function MoreButton({ onMore }: { onMore: (() => void) | undefined }) {
  const { text } = useLanguage();
  if (!onMore) return null;
  return (
    <Button variant="default" size="xs" onClick={onMore}>
      {text.more}
    </Button>
  );
}
