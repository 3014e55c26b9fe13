import type { Reference } from "@apollo/client";

import { compare, ends, inOrder, type ListRules, type ReadField, type Row, type StoredList } from "./messageList.ts";

/**
 * Puts messages that were pushed into a list, those alone that have their place in what is loaded of it: beyond an end
 * that is not the list's own end others may be missing, so whoever loads that page gets it with them.
 */
export function inserted(rules: ListRules, list: StoredList, messages: readonly Reference[], readField: ReadField): StoredList {
  const rank = rules.rank(list.filter);
  const extent = ends(rules, list, readField);
  const rows = { ...list.rows };
  let endCursor = list.pageInfo.endCursor;
  for (const node of messages) {
    const id = readField<string>("id", node);
    if (id === undefined || id in rows || !(rules.belongs?.(node, list.filter, readField) ?? true)) continue;
    const place = rank(node, readField);
    const isBeforeFirst = extent !== undefined && compare(place, extent.first) < 0;
    const isBehindLast = extent === undefined || compare(place, extent.last) > 0;
    if (isBeforeFirst && list.pageInfo.hasPreviousPage) continue;
    if (isBehindLast && list.pageInfo.hasNextPage) continue;
    const cursor = rules.cursorOf?.(node, readField);
    rows[id] = { node, ...(cursor !== undefined && { cursor }) };
    if (isBehindLast && cursor !== undefined) endCursor = cursor;
  }
  if (Object.keys(rows).length === Object.keys(list.rows).length) return list;
  const grown = { ...list, rows, pageInfo: { ...list.pageInfo, ...(endCursor !== undefined && { endCursor }) } };
  const { most, left } = list.isAtEnd ? AT_END : ELSEWHERE;
  return Object.keys(rows).length - (list.readBack ?? 0) > most ? trimmed(rules, grown, left, readField) : grown;
}

/** Says whether the reader of a list is at its newest message: what was scrolled back to is not needed any more then. */
export function readAtEnd(list: StoredList, isAtEnd: boolean): StoredList {
  return isAtEnd ? { ...list, isAtEnd, readBack: 0 } : { ...list, isAtEnd };
}

/**
 * How long a list may grow by what is pushed, and what is left of it then: an event of a day has a hundred thousand
 * messages. Older pages are read again when somebody scrolls back, and what somebody has scrolled back to does not count,
 * or the next message would take it from under his eyes.
 */
const ELSEWHERE = { most: 1_000, left: 800 };
/** At the end nobody sees the oldest, and each batch reads the list anew. */
const AT_END = { most: 300, left: 200 };

/** Cuts the oldest off, where the list can be read on from its first message. */
function trimmed(rules: ListRules, list: StoredList, left: number, readField: ReadField): StoredList {
  if (!rules.cursorOf) return list;
  const kept = inOrder(rules, list, readField)
    .slice(-left)
    .map((row): [string, Row] => [readField<string>("id", row.node) ?? "", row]);
  const first = kept[0]?.[1].node;
  const startCursor = first && rules.cursorOf(first, readField);
  if (startCursor === undefined) return list;
  return { ...list, rows: Object.fromEntries(kept), pageInfo: { ...list.pageInfo, startCursor, hasPreviousPage: true }, readBack: 0 };
}
