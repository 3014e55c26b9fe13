/** What a test asks of an application, by an Apollo client of any version. */
export function useApollo(client, gql) {
  return {
    request: async ({ name, document, variables }) => {
      const request = name.endsWith("Mutation")
        ? client.mutate({ mutation: gql(document), variables })
        : client.query({ query: gql(document), variables, fetchPolicy: "network-only" });
      return (await request).data;
    },

    subscribe: ({ document, variables }, { next, error }) => {
      const observable = client.subscribe({ query: gql(document), variables, fetchPolicy: "no-cache" });
      const subscription = observable.subscribe({
        // Version 4 delivers errors among the results.
        next: (result) => (result.error ? error(result.error) : next(result.data)),
        error,
      });
      return () => subscription.unsubscribe();
    },

    close: () => client.stop(),
  };
}
