import { Client, fetchExchange, subscriptionExchange } from "@urql/core";
import { createClient } from "graphql-ws";

export async function open({ url, socketUrl, getToken }) {
  const socket = createClient({
    url: socketUrl,
    connectionParams: async () => ({ Authorization: await getToken() }),
    shouldRetry: ({ code }) => code !== 4403,
  });
  const token = await getToken();
  const client = new Client({
    url,
    preferGetMethod: false,
    fetchOptions: () => ({ headers: { Authorization: token } }),
    exchanges: [
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (request) => ({
          subscribe: (sink) => ({ unsubscribe: socket.subscribe(request, sink) }),
        }),
      }),
    ],
  });

  return {
    request: async ({ name, document, variables }) => {
      const run = name.endsWith("Mutation") ? client.mutation : client.query;
      const { data, error } = await run.call(client, document, variables);
      if (error) throw error;
      return data;
    },
    subscribe: ({ document, variables }, { next, error }) => {
      const source = client.subscription(document, variables);
      return source.subscribe((result) => (result.error ? error(result.error) : next(result.data))).unsubscribe;
    },
    close: () => socket.dispose(),
  };
}

export function reasonOf({ graphQLErrors, networkError, response, message }) {
  return graphQLErrors?.[0]?.extensions?.code ?? networkError?.code ?? response?.status ?? message;
}
