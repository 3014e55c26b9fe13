/** A number from 0 to below 1, as `Math.random` gives it. */
export type Random = () => number;

/** How waits grow: the window doubles with each attempt, from the first to the longest. */
export interface Backoff {
  /** The first window, in milliseconds. */
  firstMs: number;
  /** The longest window, in milliseconds. */
  longestMs: number;
}

/** One second, doubling, up to half a minute. */
export const BACKOFF: Backoff = { firstMs: 1_000, longestMs: 30_000 };

/**
 * How long to wait before the attempt (0 is the first), in milliseconds: evenly spread over the whole window, so that
 * those who were cut off together do not come back together
 * (<https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>, "full jitter").
 */
export function fullJitter(attempt: number, { firstMs, longestMs }: Backoff = BACKOFF, random: Random = Math.random): number {
  return random() * Math.min(longestMs, firstMs * 2 ** attempt);
}
