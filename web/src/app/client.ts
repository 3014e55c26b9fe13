import { ApolloClient, HttpLink, InMemoryCache } from "@apollo/client";
import { SetContextLink } from "@apollo/client/link/context";
import type { Session } from "../sign-in/session";

export function createClient(session: Session, _onSignedOut: () => void) {
  const auth = new SetContextLink(async () => ({ headers: { authorization: await session.token() } }));
  return new ApolloClient({ cache: new InMemoryCache(), link: auth.concat(new HttpLink({ uri: "/graphql" })) });
}
