import { createGraphiQLFetcher, type Fetcher } from "@graphiql/toolkit";
import { GraphQLError } from "graphql";

const send = createGraphiQLFetcher({
  url: "/graphql",
  // The toolkit gives the headers of an operation to its socket as the connection_init payload.
  subscriptionUrl: `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/graphql`,
  enableIncrementalDelivery: false,
});

const signInFirst = new GraphQLError('sign in, or paste a token into the headers: { "Authorization": "<token>" }');

/** Queries and mutations by POST, subscriptions by graphql-transport-ws, all with the token or the tab's own. */
export function fetcherWith(token: string | null): Fetcher {
  return async (request, options) => {
    const headers = authorized(options?.headers, token);
    // Nothing is answered without a token: such a request would only fail, and stain the console.
    return headers ? send(request, { ...options, headers }) : { errors: [signInFirst] };
  };
}

function authorized(headers: Record<string, unknown> = {}, token: string | null): Record<string, unknown> | null {
  if (Object.keys(headers).some((name) => name.toLowerCase() === "authorization")) return headers;
  return token === null ? null : { ...headers, Authorization: token };
}
