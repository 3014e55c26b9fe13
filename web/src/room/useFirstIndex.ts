import { useState } from "react";

import type { Row } from "./rows";

/** Far from zero, because the list counts down from it with each older message. */
const START = 1_000_000_000;

/**
 * The index of the first row, such that each row keeps its index while rows come and go in front of it.
 * By this the list knows what was put before what is on the screen, and does not jump.
 */
export function useFirstIndex(rows: readonly Row[]): number {
  const [known, setKnown] = useState({ rows, index: START });
  if (known.rows === rows) return known.index;
  const index = known.index + shift(known.rows, rows);
  setKnown({ rows, index });
  return index;
}

/** By how many places the first row moved: negative when rows were put before it, positive when some were taken away. */
export function shift(before: readonly Row[], after: readonly Row[]): number {
  const [oldFirst, newFirst] = [before[0]?.key, after[0]?.key];
  if (oldFirst === newFirst || oldFirst === undefined || newFirst === undefined) return 0;
  const added = after.findIndex(({ key }) => key === oldFirst);
  if (added > 0) return -added;
  const taken = before.findIndex(({ key }) => key === newFirst);
  return taken > 0 ? taken : 0;
}
