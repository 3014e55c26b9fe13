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
  const grown = { ...list, rows, pageInfo: { ...list.pageInfo, ...(endCursor !== undefined && { endCursor }) } };
  return Object.keys(rows).length > MOST_ROWS ? trimmed(rules, grown, readField) : grown;
}

/** How long a list may grow by what is pushed: an event of a day has a hundred thousand messages. */
export const MOST_ROWS = 1_000;
/** What is left of it then; older pages are read again when somebody scrolls back. */
export const ROWS_LEFT = 800;

/** Cuts the oldest off, where the list can be read on from its first message. */
function trimmed(rules: ListRules, list: StoredList, readField: ReadField): StoredList {
  if (!rules.cursorOf) return list;
  const kept = inOrder(rules, list, readField)
    .slice(-ROWS_LEFT)
    .map((row): [string, Row] => [readField<string>("id", row.node) ?? "", row]);
  const first = kept[0]?.[1].node;
  const startCursor = first && rules.cursorOf(first, readField);
  if (startCursor === undefined) return list;
  return { ...list, rows: Object.fromEntries(kept), pageInfo: { ...list.pageInfo, startCursor, hasPreviousPage: true } };
}
