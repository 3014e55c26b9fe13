import type { Message, PendingMessage } from "@plenary/apollo";
import { Button, Loader } from "@mantine/core";
import { type KeyboardEvent, useCallback, useEffect, useMemo } from "react";

import { Icon } from "../app/Icon";
import { useLanguage } from "../i18n/Language";
import { DayLine } from "./DayLine";
import { MessageItem } from "./MessageItem";
import classes from "./MessageList.module.css";
import { PendingItem } from "./PendingItem";
import { type Row, rowsOf } from "./rows";
import { ROW } from "./sight";
import { useFirstIndex } from "./useFirstIndex";
import { useScroll } from "./useScroll";
import { useUnread } from "./useUnread";

interface Props {
  /** Names the list to readers aloud. */
  label: string;
  messages: readonly Message[];
  pending: readonly PendingMessage[];
  hasOlder: boolean;
  isLoadingOlder: boolean;
  onLoadOlder: () => void;
  /** Told whether the reader is at the newest message. */
  onAtEnd?: (isAtEnd: boolean) => void;
  /** Inside of a thread messages have no link to a thread. */
  inThread?: boolean;
}

/** The chat: newest at the bottom, and stays where the reader is unless that is the bottom. */
export function MessageList({ label, messages, pending, hasOlder, isLoadingOlder, onLoadOlder, onAtEnd, inThread = false }: Props) {
  const { text } = useLanguage();
  const rows = useMemo(() => rowsOf(messages, pending), [messages, pending]);
  const first = useFirstIndex(rows);
  const onNearFirst = useCallback(() => hasOlder && onLoadOlder(), [hasOlder, onLoadOlder]);
  const { list, content, shown, isStuck, stick, onScroll } = useScroll({ all: { first, end: first + rows.length }, onNearFirst });
  const unread = useUnread(messages, isStuck);
  useEffect(() => onAtEnd?.(isStuck), [onAtEnd, isStuck]);
  const lines = rows.slice(shown.first - first, shown.end - first);
  const lastKey = lines.findLast(({ kind }) => kind === "message")?.key;

  return (
    <div className={classes.frame} onKeyDown={moveFocus}>
      {/* What is new is told by a live region that does not read every message of a crowd. */}
      <div ref={list} className={classes.list} role="log" aria-label={label} aria-live="off" tabIndex={0} onScroll={onScroll}>
        <div ref={content} className={inThread ? undefined : classes.fromBelow}>
          <div className={classes.beginning}>
            {isLoadingOlder ? <Loader size="sm" aria-label={text.room.olderLoading} /> : !hasOlder && !inThread && text.room.beginning}
          </div>
          {lines.map((row, index) => (
            <div key={row.key} {...{ [ROW]: shown.first + index }}>
              <Line row={row} isTabStop={row.key === lastKey} inThread={inThread} />
            </div>
          ))}
        </div>
      </div>
      {!isStuck && (
        <Button className={classes.pill} radius="xl" size="xs" onClick={stick} leftSection={<Icon name="down" size={14} />}>
          {unread > 0 ? text.room.newMessages(unread) : text.room.toNewest}
        </Button>
      )}
    </div>
  );
}

function Line({ row, isTabStop, inThread }: { row: Row; isTabStop: boolean; inThread: boolean }) {
  if (row.kind === "pending") return <PendingItem pending={row.pending} />;
  return (
    <>
      {row.startsDay && <DayLine instant={row.message.createdAt} />}
      <MessageItem message={row.message} startsGroup={row.startsGroup} isTabStop={isTabStop} inThread={inThread} />
    </>
  );
}

/** The arrow keys go from message to message. */
export function moveFocus(event: KeyboardEvent<HTMLElement>) {
  if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
  const current = document.activeElement;
  if (!(current instanceof HTMLElement) || current.tagName !== "ARTICLE") return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>("article")];
  const next = all[all.indexOf(current) + (event.key === "ArrowUp" ? -1 : 1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}
