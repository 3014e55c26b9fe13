import { subscriptionReason } from "./subscription-reason.mjs";

/** What a test asks of an application, by Amplify: `client` for queries and mutations, `live` for subscriptions. */
export function useAmplify(client, live) {
  return {
    request: async ({ document, variables }) => (await client.graphql({ query: document, variables })).data,

    subscribe: ({ document, variables }, { next, error }) => {
      const observable = live.graphql({ query: document, variables });
      const subscription = observable.subscribe({ next: ({ data }) => next(data), error });
      return () => subscription.unsubscribe();
    },
  };
}

export function reasonOf({ errors: [error] }) {
  return error.extensions?.code ?? subscriptionReason(error.message);
}
