import { createClient } from "graphql-ws";
import { Environment, Network, Observable, RecordSource, Store } from "relay-runtime";
import { commitMutation, fetchQuery, requestSubscription } from "relay-runtime";

import * as artifacts from "../relay/build/index.mjs";

export function open({ url, socketUrl, getToken }) {
  const socket = createClient({
    url: socketUrl,
    connectionParams: async () => ({ Authorization: await getToken() }),
    shouldRetry: ({ code }) => code !== 4403,
  });
  const ask = async ({ text: query }, variables) => {
    const headers = { "Content-Type": "application/json", Authorization: await getToken() };
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
    return response.json();
  };
  const follow = ({ text: query, name: operationName }, variables) =>
    Observable.create((sink) => socket.subscribe({ operationName, query, variables }, sink));
  const environment = new Environment({ network: Network.create(ask, follow), store: new Store(new RecordSource()) });

  return {
    request: ({ name, variables }) =>
      name.endsWith("Mutation")
        ? mutate(environment, artifacts[name], variables)
        : fetchQuery(environment, artifacts[name], variables, { fetchPolicy: "network-only" }).toPromise(),
    subscribe: ({ name, variables }, { next: onNext, error: onError }) => {
      const subscription = artifacts[name];
      return requestSubscription(environment, { subscription, variables, onNext, onError }).dispose;
    },
    close: () => socket.dispose(),
  };
}

export function reasonOf(error) {
  const [{ extensions }] = error.source?.errors ?? (Array.isArray(error) ? error : [{}]);
  return extensions?.code ?? error.code;
}

function mutate(environment, mutation, variables) {
  return new Promise((onCompleted, onError) => {
    commitMutation(environment, { mutation, variables, onCompleted, onError });
  });
}
