/** Somebody who is signed in. */
export interface Session {
  /**
   * A token that is valid now. `isStale` says that the last one was refused. Rejects with `SessionEnded` when only a new sign-in
   * helps, with anything else when there is none just now.
   */
  token: (isStale: boolean) => Promise<string>;
  signOut: () => Promise<void>;
}

/** There will be no more tokens. */
export class SessionEnded extends Error {
  override name = "SessionEnded";

  constructor() {
    super("the session has ended");
  }
}

const KEY = "plenary.token";

/** A session that rests on one token, in this tab alone: two tabs may be two people. */
export function tokenSession(token: string): Session {
  sessionStorage.setItem(KEY, token);
  const signOut = () => {
    sessionStorage.removeItem(KEY);
    return Promise.resolve();
  };
  return {
    token: async (isStale) => {
      if (!isStale) return token;
      await signOut();
      throw new SessionEnded();
    },
    signOut,
  };
}

/** The session of this tab from before a reload, while its token is valid. */
export function rememberedSession(): Session | null {
  const token = sessionStorage.getItem(KEY);
  if (token && expiresAt(token) > Date.now()) return tokenSession(token);
  sessionStorage.removeItem(KEY);
  return null;
}

/** When a JWT ends, in milliseconds since 1970; 0 where the text is none. The server alone judges what it says. */
export function expiresAt(token: string): number {
  try {
    const [, payload = ""] = token.split(".");
    const claims: unknown = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
    return typeof claims === "object" && claims !== null && "exp" in claims && typeof claims.exp === "number" ? claims.exp * 1000 : 0;
  } catch {
    return 0;
  }
}
