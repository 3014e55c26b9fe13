/** Somebody who is signed in. */
export interface Session {
  /** A token that is valid now. `isStale` says that the last one was refused. Rejects when only a new sign-in helps. */
  token: (isStale: boolean) => Promise<string>;
  signOut: () => Promise<void>;
}

const KEY = "plenary.token";

/** A session that rests on one token, in this tab alone: two tabs may be two people. */
export function tokenSession(token: string): Session {
  sessionStorage.setItem(KEY, token);
  return {
    token: (isStale) => (isStale ? Promise.reject(new Error("the token has ended")) : Promise.resolve(token)),
    signOut: () => {
      sessionStorage.removeItem(KEY);
      return Promise.resolve();
    },
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
