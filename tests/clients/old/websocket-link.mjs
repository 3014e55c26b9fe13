import { ApolloClient, gql, HttpLink, InMemoryCache, split } from "@apollo/client/core/index.js";
import { setContext } from "@apollo/client/link/context/index.js";
import { WebSocketLink } from "@apollo/client/link/ws/index.js";
import { getMainDefinition } from "@apollo/client/utilities/index.js";

import { useApollo } from "../apps/use-apollo.mjs";

export { reasonOf } from "./reason.mjs";

export function open({ url, socketUrl, getToken }) {
  const authorize = setContext(async () => ({ headers: { Authorization: await getToken() } }));
  const http = authorize.concat(new HttpLink({ uri: url }));
  const socket = new WebSocketLink({
    uri: socketUrl,
    options: {
      connectionParams: async () => ({ Authorization: await getToken() }),
      lazy: true,
      reconnect: true,
      inactivityTimeout: 1000,
      // A token that was refused is refused again, and this client would try for ever.
      connectionCallback: (refused) => {
        if (!refused) return;
        socket.subscriptionClient.close();
        onRefused(refused);
      },
    },
  });
  const isSubscription = ({ query }) => getMainDefinition(query).operation === "subscription";
  const client = new ApolloClient({ link: split(isSubscription, socket, http), cache: new InMemoryCache() });

  const application = useApollo(client, gql);
  const waiting = new Set();
  const onRefused = (refused) => waiting.forEach((tell) => tell(refused));
  return {
    ...application,
    subscribe: (operation, sink) => {
      waiting.add(sink.error);
      return application.subscribe(operation, sink);
    },
  };
}
