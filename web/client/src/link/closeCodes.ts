import { type Backoff, BACKOFF, fullJitter, type Random } from "./backoff.ts";

/** Why a socket was closed: of a close event what this package looks at. */
export interface Close {
  code: number;
  reason: string;
}

/** What to do when the server closes a connection. */
export type Reaction =
  /** The next connection serves: come back soon. */
  | "return"
  /** A node goes, with all who are on it: come back spread over a while, or the others are run over. */
  | "disperse"
  /** The token is refused or has expired: come back with a fresh one. */
  | "authenticate"
  /** Too much: come back, waiting longer each time. */
  | "back off"
  /** The same would fail again. */
  | "give up";

/** The server's close codes, as its README lists them, and what to do about each. What is not listed: back off. */
export const REACTIONS: Readonly<Record<number, Reaction>> = {
  1002: "give up", // a frame was against the protocol
  1007: "give up", // a text was not UTF-8
  1009: "give up", // a message was too large
  1012: "disperse", // the node stops
  1013: "disperse", // the token cannot be checked now
  4400: "give up", // not a message of the protocol
  4401: "give up", // an operation before the connection was acknowledged
  4403: "authenticate", // the token is missing, refused, or has expired
  4406: "give up", // no subprotocol in common
  4408: "back off", // connection_init took too long
  4409: "give up", // an id was used twice
  4429: "give up", // a second connection_init
  4800: "back off", // reads too slowly
  4801: "back off", // sends too fast
  4802: "back off", // answered no ping
  4803: "return", // the connection is old
  4804: "back off", // too many connections of this user
  4805: "return", // banned from a room: the next connection serves the others
  4806: "return", // another role: the next connection delivers what it sees
};

/** How often a token is refused in a row before it is given up: once may be the token's age, or a clock's. */
export const MAX_REFUSED_TOKENS = 3;

/** The least window over which those come back who were closed because a node goes, in milliseconds. */
const DISPERSION: Backoff = { firstMs: 30_000, longestMs: 120_000 };
/** For a close that concerns one person, or comes at an age of its own. */
const RETURN: Backoff = { firstMs: 500, longestMs: BACKOFF.longestMs };

/** How long to wait before connecting again, in milliseconds; `attempt` counts from 0 since something was received. */
export function waitBefore({ code }: Close, attempt: number, random?: Random): number {
  const reaction = reactionTo(code);
  const backoff = reaction === "disperse" ? DISPERSION : reaction === "return" || reaction === "authenticate" ? RETURN : BACKOFF;
  return fullJitter(attempt, backoff, random);
}

/** What to do about a close code. */
export function reactionTo(code: number): Reaction {
  return REACTIONS[code] ?? "back off";
}
