import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { getMainDefinition } from "@apollo/client/utilities";
import { createClient, MessageType } from "graphql-ws";
import WebSocket from "ws";

const ANSWERED_BY_NOTHING = new Set([MessageType.Subscribe, MessageType.Complete]);

/**
 * An Apollo client as an application sets it up: queries and mutations by HTTP, subscriptions by graphql-ws.
 * `socket` is the client of graphql-ws below it, for its events.
 */
export function apolloClient(node, token) {
  const socket = createClient({
    url: node.ws,
    webSocketImpl: PingBehind,
    connectionParams: { Authorization: token },
    retryAttempts: 0,
  });
  const http = new HttpLink({ uri: node.http, headers: { authorization: token } });
  const link = ApolloLink.split(isSubscription, new GraphQLWsLink(socket), http);
  return { apollo: new ApolloClient({ cache: new InMemoryCache(), link }), socket };
}

/** Runs `act`, which subscribes or unsubscribes, and waits until the node has taken notice. */
export async function inForce({ socket }, act) {
  const pong = nextEvent(socket, "pong", (isReceived) => isReceived);
  const closed = nextEvent(socket, "closed").then(({ code, reason }) => {
    throw new Error(`the socket closed with ${code} ${reason}`);
  });
  const result = act();
  await Promise.race([pong, closed]);
  return result;
}

/** Resolves with the next event of that name, or the next that is wanted. */
export function nextEvent(socket, name, isWanted = () => true) {
  return new Promise((resolve) => {
    const off = socket.on(name, (value) => {
      if (!isWanted(value)) return;
      off();
      resolve(value);
    });
  });
}

/** Collects what a subscription delivers. `take` waits for the next item, and fails as the subscription does. */
export function collect(observable) {
  const items = [];
  const takers = [];
  let failure;
  const settle = () => {
    while (takers.length > 0 && items.length > 0) takers.shift().resolve(items.shift());
    if (failure) for (const taker of takers.splice(0)) taker.reject(failure);
  };
  const fail = (error) => {
    failure = error;
    settle();
  };
  const subscription = observable.subscribe({
    next: (result) => {
      if (result.error) return fail(result.error);
      items.push(result.data);
      settle();
    },
    error: fail,
    complete: () => fail(new Error("the subscription is complete")),
  });
  return {
    take: () =>
      new Promise((resolve, reject) => {
        takers.push({ resolve, reject });
        settle();
      }),
    unsubscribe: () => subscription.unsubscribe(),
  };
}

function isSubscription({ query }) {
  const definition = getMainDefinition(query);
  return definition.kind === "OperationDefinition" && definition.operation === "subscription";
}

/**
 * graphql-transport-ws has no answer to `subscribe` and `complete`.
 * The answer to a `ping` sent behind them says that they are in force.
 */
class PingBehind extends WebSocket {
  send(data, ...rest) {
    super.send(data, ...rest);
    if (ANSWERED_BY_NOTHING.has(JSON.parse(data).type)) super.send(JSON.stringify({ type: MessageType.Ping }));
  }
}
