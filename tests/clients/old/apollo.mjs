import { ApolloClient, gql, HttpLink, InMemoryCache, split } from "@apollo/client/core/index.js";
import { setContext } from "@apollo/client/link/context/index.js";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions/index.js";
import { getMainDefinition } from "@apollo/client/utilities/index.js";
import { createClient } from "graphql-ws";

import { useApollo } from "../apps/use-apollo.mjs";

export { reasonOf } from "./reason.mjs";

export function open({ url, socketUrl, getToken }) {
  const authorize = setContext(async () => ({ headers: { Authorization: await getToken() } }));
  const http = authorize.concat(new HttpLink({ uri: url }));
  const socket = new GraphQLWsLink(
    createClient({
      url: socketUrl,
      connectionParams: async () => ({ Authorization: await getToken() }),
      shouldRetry: ({ code }) => code !== 4403,
    }),
  );
  const isSubscription = ({ query }) => getMainDefinition(query).operation === "subscription";
  const client = new ApolloClient({ link: split(isSubscription, socket, http), cache: new InMemoryCache() });

  return useApollo(client, gql);
}
