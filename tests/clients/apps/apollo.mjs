import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { CombinedGraphQLErrors, ServerError } from "@apollo/client/errors";
import { SetContextLink } from "@apollo/client/link/context";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { OperationTypeNode } from "graphql";
import { createClient } from "graphql-ws";

import { useApollo } from "./use-apollo.mjs";

export function open({ url, socketUrl, getToken }) {
  const authorize = new SetContextLink(async () => ({ headers: { Authorization: await getToken() } }));
  const http = authorize.concat(new HttpLink({ uri: url }));
  const socket = new GraphQLWsLink(
    createClient({
      url: socketUrl,
      connectionParams: async () => ({ Authorization: await getToken() }),
      // A token that was refused is refused again: sign in instead.
      shouldRetry: ({ code }) => code !== 4403,
    }),
  );
  const isSubscription = ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION;
  const link = ApolloLink.split(isSubscription, socket, http);
  const client = new ApolloClient({ link, cache: new InMemoryCache() });

  return useApollo(client, gql);
}

export function reasonOf(error) {
  if (CombinedGraphQLErrors.is(error)) return error.errors[0].extensions.code;
  if (ServerError.is(error)) return error.statusCode;
  return error.message;
}
