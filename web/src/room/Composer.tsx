import { ActionIcon, Textarea, Tooltip } from "@mantine/core";
import { type KeyboardEvent, type ReactNode, useState } from "react";

import { Icon } from "../app/Icon";
import { useLanguage } from "../i18n/Language";
import { codePoints } from "./codePoints";
import classes from "./Composer.module.css";

interface Props {
  label: string;
  placeholder: string;
  maxLength: number;
  /** Why nobody may write now, in words; null when they may. */
  blocked: string | null;
  /** How long until the next message may be sent, in seconds. */
  waitSeconds: number;
  /** Said below the field while it is quiet. */
  hint?: string;
  onSend: (content: string) => void;
  /** Beside the field: other ways to speak. */
  children?: ReactNode;
}

/** How many characters are left when the count begins to show. */
const SHOW_COUNT_BELOW = 100;

/** Where a message is written. Enter sends, Shift and Enter make a new line. */
export function Composer({ label, placeholder, maxLength, blocked, waitSeconds, hint, onSend, children }: Props) {
  const { text } = useLanguage();
  const [content, setContent] = useState("");
  const left = maxLength - codePoints(content);
  const canSend = blocked === null && waitSeconds === 0 && left >= 0 && content.trim() !== "";

  const send = () => {
    if (!canSend) return;
    onSend(content.trim());
    setContent("");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // While letters are composed, Enter chooses a word.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  if (blocked !== null) {
    return (
      <p className={classes.blocked} role="status">
        {blocked}
      </p>
    );
  }
  return (
    <div className={classes.composer}>
      <div className={classes.field}>
        <Textarea
          className={classes.input}
          variant="unstyled"
          aria-label={label}
          placeholder={placeholder}
          value={content}
          onChange={(event) => setContent(event.target.value)}
          onKeyDown={onKeyDown}
          autosize
          minRows={1}
          maxRows={8}
          dir="auto"
        />
        {children}
        <Tooltip label={text.composer.send}>
          <ActionIcon size="lg" radius="md" aria-label={text.composer.send} disabled={!canSend} onClick={send}>
            <Icon name="send" />
          </ActionIcon>
        </Tooltip>
      </div>
      <p className={classes.hint}>
        {waitSeconds > 0 ? <span className={classes.wait}>{text.composer.wait(waitSeconds)}</span> : <span className={classes.keys}>{hint}</span>}
        {left < SHOW_COUNT_BELOW && (
          <span className={classes.count} data-over={left < 0 || undefined} role="status">
            {left < 0 ? text.composer.tooLong(-left) : text.composer.left(left)}
          </span>
        )}
      </p>
    </div>
  );
}
