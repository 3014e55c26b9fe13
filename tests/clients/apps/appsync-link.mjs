import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { CombinedGraphQLErrors, ServerError } from "@apollo/client/errors";
import { AUTH_TYPE, createAuthLink } from "aws-appsync-auth-link";
import { createSubscriptionHandshakeLink } from "aws-appsync-subscription-link";

import { subscriptionReason } from "./subscription-reason.mjs";
import { useApollo } from "./use-apollo.mjs";

export function open({ url, apiKey, getToken }) {
  const region = "eu-central-1";
  const auth = apiKey
    ? { type: AUTH_TYPE.API_KEY, apiKey }
    : { type: AUTH_TYPE.AMAZON_COGNITO_USER_POOLS, jwtToken: getToken };
  const link = ApolloLink.from([
    createAuthLink({ url, region, auth }),
    createSubscriptionHandshakeLink({ url, region, auth }, new HttpLink({ uri: url })),
  ]);
  const client = new ApolloClient({ link, cache: new InMemoryCache() });

  return useApollo(client, gql);
}

export function reasonOf(error) {
  if (CombinedGraphQLErrors.is(error)) return error.errors[0].extensions.code;
  if (ServerError.is(error)) return error.statusCode;
  // What the link tells is no error to Apollo, which keeps it as the cause of one.
  return subscriptionReason(error.cause.errors[0].message);
}
