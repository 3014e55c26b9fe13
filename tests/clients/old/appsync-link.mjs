import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from "@apollo/client/core/index.js";
import { AUTH_TYPE, createAuthLink } from "aws-appsync-auth-link";
import { createSubscriptionHandshakeLink } from "aws-appsync-subscription-link";

import { useApollo } from "../apps/use-apollo.mjs";

export { reasonOf } from "./reason.mjs";

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
