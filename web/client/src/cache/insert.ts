import type { Reference } from "@apollo/client";

import { ends, type ListRules, type ReadField, type StoredList } from "./messageList.ts";

/**
 * Puts messages that were pushed into a list, those alone that have their place in what is loaded of it: beyond an end
 * that is not the list's own end others may be missing, so whoever loads that page gets it with them.
 */
export function inserted(rules: ListRules, list: StoredList, messages: readonly Reference[], readField: ReadField): StoredList {
  const order = rules.order(list.filter);
  const extent = ends(list, order, readField);
  const rows = { ...list.rows };
  let endCursor = list.pageInfo.endCursor;
  for (const node of messages) {
    const id = readField<string>("id", node);
    if (id === undefined || id in rows || !(rules.belongs?.(node, list.filter, readField) ?? true)) continue;
    const isBeforeFirst = extent !== undefined && order(node, extent.first, readField) < 0;
    const isBehindLast = extent === undefined || order(node, extent.last, readField) > 0;
    if (isBeforeFirst && list.pageInfo.hasPreviousPage) continue;
    if (isBehindLast && list.pageInfo.hasNextPage) continue;
    const cursor = rules.cursorOf?.(node, readField);
    rows[id] = { node, ...(cursor !== undefined && { cursor }) };
    if (isBehindLast && cursor !== undefined) endCursor = cursor;
  }
  return { ...list, rows, pageInfo: { ...list.pageInfo, ...(endCursor !== undefined && { endCursor }) } };
}
