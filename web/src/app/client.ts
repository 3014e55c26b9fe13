import { ApolloClient } from "@apollo/client";
import { createPlenaryLink, PlenaryCache, type PlenaryLink } from "@plenary/apollo";

import type { Session } from "../sign-in/session";

/** The client of somebody who is signed in, and its link, which knows how the connection stands. */
export interface Connected {
  client: ApolloClient;
  link: PlenaryLink;
}

/** Makes a client; `onSignedOut` is called when the session cannot give a token any more. */
export function connect(session: Session, onSignedOut: () => void): Connected {
  const link = createPlenaryLink({
    url: new URL("/graphql", location.origin).href,
    token: async ({ isStale }) => {
      try {
        return await session.token(isStale);
      } catch (error) {
        onSignedOut();
        throw error;
      }
    },
  });
  return { client: new ApolloClient({ cache: new PlenaryCache(), link }), link };
}
