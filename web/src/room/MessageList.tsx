import type { Message, PendingMessage } from "@plenary/apollo";
import { Button, Loader } from "@mantine/core";
import { type KeyboardEvent, useCallback, useEffect, useMemo } from "react";
import { Virtuoso } from "react-virtuoso";

import { Icon } from "../app/Icon";
import { useLanguage } from "../i18n/Language";
import { DayLine } from "./DayLine";
import { MessageItem } from "./MessageItem";
import classes from "./MessageList.module.css";
import { PendingItem } from "./PendingItem";
import { type Row, rowsOf } from "./rows";
import { useFirstIndex } from "./useFirstIndex";
import { AT_END, useStick } from "./useStick";
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

/** What the list itself shows beside the rows. */
interface Context {
  hasOlder: boolean;
  isLoadingOlder: boolean;
  inThread: boolean;
}

/** The chat: newest at the bottom, and stays where the reader is unless that is the bottom. */
export function MessageList({ label, messages, pending, hasOlder, isLoadingOlder, onLoadOlder, onAtEnd, inThread = false }: Props) {
  const { text } = useLanguage();
  const { list, isStuck, stick, ...sticking } = useStick();
  const rows = useMemo(() => rowsOf(messages, pending), [messages, pending]);
  const firstItemIndex = useFirstIndex(rows);
  const unread = useUnread(messages, isStuck);
  useEffect(() => onAtEnd?.(isStuck), [onAtEnd, isStuck]);
  const lastKey = messages.at(-1)?.id;

  const render = useCallback((_index: number, row: Row) => <Line row={row} isTabStop={row.key === lastKey} inThread={inThread} />, [lastKey, inThread]);

  return (
    <div className={classes.frame} onKeyDown={moveFocus}>
      <Virtuoso<Row, Context>
        ref={list}
        className={classes.list}
        role="log"
        aria-label={label}
        // What is new is told by a live region that does not read every message of a crowd.
        aria-live="off"
        data={rows}
        context={{ hasOlder, isLoadingOlder, inThread }}
        firstItemIndex={firstItemIndex}
        initialTopMostItemIndex={{ index: "LAST", align: "end" }}
        computeItemKey={(_index, row) => row.key}
        itemContent={render}
        components={COMPONENTS}
        atBottomThreshold={AT_END}
        {...sticking}
        startReached={() => hasOlder && onLoadOlder()}
        increaseViewportBy={{ top: 600, bottom: 200 }}
        alignToBottom={!inThread}
      />
      {!isStuck && (
        <Button className={classes.pill} radius="xl" size="xs" onClick={stick} leftSection={<Icon name="down" size={14} />}>
          {unread > 0 ? text.room.newMessages(unread) : text.room.toNewest}
        </Button>
      )}
    </div>
  );
}

const COMPONENTS = { Header: Beginning };

function Beginning({ context }: { context?: Context }) {
  const { text } = useLanguage();
  if (context?.isLoadingOlder) return <Loader className={classes.older} size="sm" aria-label={text.room.olderLoading} />;
  return <p className={classes.beginning}>{context?.hasOlder || context?.inThread ? "" : text.room.beginning}</p>;
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
