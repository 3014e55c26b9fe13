import { createClient } from "graphql-sse";

export function open({ url, getToken }) {
  let status;
  const client = createClient({
    url,
    headers: async () => ({ Authorization: await getToken() }),
    fetchFn: async (...request) => {
      const response = await fetch(...request);
      status = response.status;
      return response;
    },
    retry: async (attempt) => {
      // A token that was refused is refused again: sign in instead.
      if (status === 401) throw new Error("UNAUTHENTICATED");
      const delayMs = 1000 * 2 ** attempt * (0.5 + Math.random());
      await new Promise((resolve) => setTimeout(resolve, delayMs));
    },
  });

  const run = ({ document: query, variables }, { next, error }) => {
    const forward = ({ data, errors }) => (errors ? error(errors[0]) : next(data));
    return client.subscribe({ query, variables }, { next: forward, error, complete: () => {} });
  };
  return {
    request: (operation) => new Promise((next, error) => run(operation, { next, error })),
    subscribe: run,
    close: () => client.dispose(),
  };
}

export function reasonOf({ extensions, message }) {
  return extensions?.code ?? message;
}
