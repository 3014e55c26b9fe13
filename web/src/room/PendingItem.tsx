import type { PendingMessage } from "@plenary/apollo";
import { Button } from "@mantine/core";

import { describeError } from "../i18n/describeError";
import { useLanguage } from "../i18n/Language";
import itemClasses from "./MessageItem.module.css";
import classes from "./PendingItem.module.css";

/** A message of one's own that is on its way, or did not arrive. */
export function PendingItem({ pending }: { pending: PendingMessage }) {
  const { text, format } = useLanguage();
  const hasFailed = pending.state === "failed";
  return (
    <div className={classes.pending} data-state={pending.state}>
      <p className={itemClasses.text} dir="auto">
        {pending.input.content}
      </p>
      {hasFailed ? (
        <div className={classes.failed} role="alert">
          <span>
            {text.message.failed} {describeError(pending.error, text, format)}
          </span>
          <Button size="compact-xs" variant="light" onClick={() => pending.retry()}>
            {text.message.resend}
          </Button>
          <Button size="compact-xs" variant="subtle" color="gray" onClick={() => pending.discard()}>
            {text.message.discard}
          </Button>
        </div>
      ) : (
        <span className={itemClasses.mark}>{text.message.sending}</span>
      )}
    </div>
  );
}
