import type { Resume } from "../generated/enums.ts";

/** How the socket stands, for a person to see. */
export type ConnectionState =
  /** No subscription needs a socket. */
  | { status: "idle" }
  /** The first connection is being made. */
  | { status: "connecting" }
  /** Connected. After a reconnect `resume` says what was missed: LIVE nothing, REPLAYED it has been delivered, GAP the room was read again. */
  | { status: "live"; resume?: Resume }
  /** Cut off. The next attempt is at `retryAt`. */
  | { status: "reconnecting"; retryAt: Date; code: number; reason: string }
  /** It will not be tried again: the same would fail again. */
  | { status: "closed"; code: number; reason: string };
