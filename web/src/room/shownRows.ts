/** How many rows are in the document at most. The lowest fill a screen of 2,000 pixels and what is kept ready around it. */
export const MOST_SHOWN = 150;

/** How many of them are above the reader when the rows are chosen anew. */
const ABOVE = 50;

/** All rows of a list by their indexes: from `first` up to, and without, `end`. */
export interface Range {
  first: number;
  end: number;
}

/** The rows that are in the document: as many as allowed from an index on, or the last ones. */
export function shownRows({ first, end }: Range, from: number | null): Range {
  const last = Math.max(first, end - MOST_SHOWN);
  const start = from === null ? last : Math.min(Math.max(from, first), last);
  return { first: start, end: Math.min(start + MOST_SHOWN, end) };
}

/** Where the rows in the document begin for a reader at an index. The same index gives the same rows, so choosing comes to rest. */
export function shownAround(all: Range, index: number): number {
  return shownRows(all, index - ABOVE).first;
}
