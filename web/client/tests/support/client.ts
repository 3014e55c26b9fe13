import { ApolloClient } from "@apollo/client";
import { filter, firstValueFrom, type Observable } from "rxjs";
import WebSocket from "ws";

import { createPlenaryLink, PlenaryCache, type PlenaryLink, type PlenaryLinkOptions } from "../../src/index.ts";

/** A client as an application makes it, which does not wait before it tries again. */
export interface TestClient {
  apollo: ApolloClient;
  link: PlenaryLink;
  stop(): void;
}

/** Makes a client to the API at that address. */
export function testClient(url: string, token: string, options: Partial<PlenaryLinkOptions> = {}): TestClient {
  const link = createPlenaryLink({ url, token: () => token, webSocketImpl: WebSocket, random: () => 0, ...options });
  const apollo = new ApolloClient({ link, cache: new PlenaryCache() });
  return {
    apollo,
    link,
    stop: () => {
      link.dispose();
      apollo.stop();
    },
  };
}

/** Waits until a value is what is asked for. */
export function until<T, U extends T>(values: Observable<T>, isWanted: (value: T) => value is U): Promise<U>;
export function until<T>(values: Observable<T>, isWanted: (value: T) => boolean): Promise<T>;
export function until<T>(values: Observable<T>, isWanted: (value: T) => boolean): Promise<T> {
  return firstValueFrom(values.pipe(filter(isWanted)));
}
