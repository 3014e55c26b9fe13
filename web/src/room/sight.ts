/** Names the element of a row, with the row's index as its value. */
export const ROW = "data-row";

/** A row that a reader has in sight, and how far its lower edge is below the upper edge of the list, in pixels. */
export interface Seen {
  row: Element;
  bottom: number;
}

/** The rows in sight, from above to below. */
export function seen(list: Element): Seen[] {
  const frame = list.getBoundingClientRect();
  const found: Seen[] = [];
  for (const row of list.querySelectorAll(`[${ROW}]`)) {
    const { top, bottom } = row.getBoundingClientRect();
    if (top >= frame.bottom) break;
    if (bottom > frame.top) found.push({ row, bottom: bottom - frame.top });
  }
  return found;
}

/**
 * Scrolls such that the uppermost row that was in sight, and is still there, is where it was.
 * It is held by its lower edge: when its name or its day goes because older messages came before it, its text stays.
 */
export function putBack(list: Element, before: readonly Seen[]): void {
  const held = before.find(({ row }) => list.contains(row));
  if (!held) return;
  const bottom = held.row.getBoundingClientRect().bottom - list.getBoundingClientRect().top;
  list.scrollTop += bottom - held.bottom;
}

/** The index of a row that is in sight. */
export function indexOf({ row }: Seen): number {
  return Number(row.getAttribute(ROW));
}
