/** What the token is needed for. */
export interface TokenNeed {
  /** The last one was refused or has expired: fetch another one, not the same from a cache. */
  isStale: boolean;
}

/** Gives the caller's token, as the sign-in of the application has it. */
export type TokenSource = (need: TokenNeed) => string | Promise<string>;
