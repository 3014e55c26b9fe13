import { HttpLink } from "@apollo/client/link/http";
import { ApolloLink } from "@apollo/client/link";
import { OperationTypeNode } from "graphql";
import type { BehaviorSubject } from "rxjs";

import { AuthLink } from "./authLink.ts";
import type { Random } from "./backoff.ts";
import type { ConnectionState } from "./connection.ts";
import { operationOf, RetryLink } from "./retryLink.ts";
import { SocketLink } from "./SocketLink.ts";
import type { TokenSource } from "./token.ts";

/** Where the server is and who asks. */
export interface PlenaryLinkOptions {
  /** The address of the API, `https://chat.example/graphql`. */
  url: string;
  /** Where subscriptions go; `url` with `wss:` (or `ws:`) when it is left out. A function is asked at each connection. */
  wsUrl?: string | (() => string);
  /** Gives the caller's token. It is asked for each request and each connection, so it should keep what it fetched. */
  token: TokenSource;
  /** Where there is no `WebSocket`, as in Node before 22: that of the package `ws`. */
  webSocketImpl?: unknown;
  /** In place of the global one. */
  fetch?: typeof fetch;
  /** For tests: spreads the retries, a number from 0 to below 1. */
  random?: Random;
}

/** Queries and mutations by HTTP, subscriptions by WebSocket, all of them as often as it takes. */
export class PlenaryLink extends ApolloLink {
  readonly #socket: SocketLink;

  constructor({ url, wsUrl = url.replace(/^http/, "ws"), token, webSocketImpl, fetch, random }: PlenaryLinkOptions) {
    const socket = new SocketLink({ url: wsUrl, token, webSocketImpl, random });
    const http = new HttpLink({ uri: url, ...(fetch && { fetch }) });
    const requests = ApolloLink.from([new RetryLink(random), new AuthLink(token), http]);
    const link = ApolloLink.split(({ query }) => operationOf(query) === OperationTypeNode.SUBSCRIPTION, socket, requests);
    super((operation, forward) => link.request(operation, forward));
    this.#socket = socket;
  }

  /** How the socket stands, now and whenever that changes. */
  get connection(): BehaviorSubject<ConnectionState> {
    return this.#socket.state;
  }

  /** Connects now, when the next attempt is still to come. */
  reconnect(): void {
    this.#socket.reconnect();
  }

  /** Closes the socket for good. */
  dispose(): void {
    this.#socket.dispose();
  }
}

/** Makes the link of an Apollo client to Plenary. */
export function createPlenaryLink(options: PlenaryLinkOptions): PlenaryLink {
  return new PlenaryLink(options);
}
