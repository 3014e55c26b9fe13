import { ApolloClient } from "@apollo/client";
import { createPlenaryLink, PlenaryCache, type PlenaryLink } from "@plenary/apollo";

import { type Session, SessionEnded } from "../sign-in/session";

/** The client of somebody who is signed in, and its link, which knows how the connection stands. */
export interface Connected {
  client: ApolloClient;
  link: PlenaryLink;
}

/** Makes a client; `onEnded` is called when the session gives no token any more. */
export function connect(session: Session, onEnded: () => void): Connected {
  const link = createPlenaryLink({
    url: new URL("/graphql", location.origin).href,
    token: async ({ isStale }) => {
      try {
        return await session.token(isStale);
      } catch (error) {
        if (error instanceof SessionEnded) onEnded();
        throw error;
      }
    },
  });
  return { client: new ApolloClient({ cache: new PlenaryCache(), link }), link };
}
