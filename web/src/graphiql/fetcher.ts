import { createGraphiQLFetcher, type Fetcher } from "@graphiql/toolkit";
import { GraphQLError } from "graphql";

const send = createGraphiQLFetcher({
  url: "/graphql",
  // The toolkit gives the headers of the editor to this socket as its connection_init payload.
  subscriptionUrl: `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/graphql`,
  enableIncrementalDelivery: false,
});

const signInFirst = new GraphQLError('sign in, or paste a token into the headers: { "Authorization": "<token>" }');

/** Queries and mutations by POST, subscriptions by graphql-transport-ws, both with the headers of the editor. */
export const fetcher: Fetcher = async (request, options) =>
  // Nothing is answered without a token, so a request without one is not sent: it would only fail, also in the console.
  hasToken(options?.headers) ? send(request, options) : { errors: [signInFirst] };

function hasToken(headers: Record<string, unknown> = {}): boolean {
  return Object.entries(headers).some(([name, value]) => name.toLowerCase() === "authorization" && value);
}
