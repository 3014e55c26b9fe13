import { SubscriptionClient } from "subscriptions-transport-ws";

export function open({ socketUrl, getToken }) {
  const client = new SubscriptionClient(socketUrl, {
    connectionParams: async () => ({ Authorization: await getToken() }),
    lazy: true,
    reconnect: true,
    inactivityTimeout: 1000,
    // A token that was refused is refused again, and this client would try for ever.
    connectionCallback: (refused) => {
      if (!refused) return;
      client.close();
      onRefused(refused);
    },
  });

  const waiting = new Set();
  const onRefused = (refused) => waiting.forEach((tell) => tell(refused));
  const run = ({ document: query, variables }, { next, error, complete }) => {
    waiting.add(error);
    const observable = client.request({ query, variables });
    const forward = ({ data, errors }) => (errors ? error(errors[0]) : next(data));
    const { unsubscribe } = observable.subscribe({ next: forward, error, complete });
    return () => {
      waiting.delete(error);
      unsubscribe();
    };
  };
  return {
    request: (operation) => new Promise((next, error) => run(operation, { next, error })),
    subscribe: run,
    close: () => client.close(),
  };
}

export function reasonOf({ extensions, message }) {
  return extensions?.code ?? message;
}
