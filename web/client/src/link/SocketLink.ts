import { ApolloLink } from "@apollo/client/link";
import { CombinedGraphQLErrors } from "@apollo/client/errors";
import { type Client, createClient } from "graphql-ws";
import { print } from "graphql";
import { BehaviorSubject, Observable } from "rxjs";

import type { Resume } from "../generated/enums.ts";
import type { Random } from "./backoff.ts";
import { type Close, MAX_REFUSED_TOKENS, reactionTo, waitBefore } from "./closeCodes.ts";
import type { ConnectionState } from "./connection.ts";
import { ResumingPayload } from "./resumingPayload.ts";
import type { TokenSource } from "./token.ts";

/** For how long a socket that nobody uses is kept: a room that is left is often entered again at once. */
const LINGER_MS = 3_000;

/** After so much time a ping, before the server sends its own: a browser is not told of those. */
const PING_EVERY_MS = 20_000;
/** A socket without an answer for so long is taken for dead: a sleeping laptop, another network. */
const PONG_WITHIN_MS = 10_000;

/** How the socket is made. */
export interface SocketOptions {
  /** The address, `wss://.../graphql`; a function is asked at each attempt. */
  url: string | (() => string);
  /** The caller's token. */
  token: TokenSource;
  /** Where there is no `WebSocket`, as in Node before 22. */
  webSocketImpl?: unknown;
  /** For tests: a number from 0 to below 1. */
  random?: Random | undefined;
}

/** Carries subscriptions over one socket, which it makes again whenever it is cut, from the cursors received last. */
export class SocketLink extends ApolloLink {
  /** How the socket stands, now and whenever that changes. */
  readonly state = new BehaviorSubject<ConnectionState>({ status: "idle" });

  #client: Client | undefined;
  #options: SocketOptions;
  #lastClose: Close = { code: 1006, reason: "" };
  /** Since something was received. */
  #attempts = 0;
  #refusedTokens = 0;
  #isResuming = false;
  /** The next connection is made again by this class, not by graphql-ws. */
  #isReturning = false;
  #isDisposed = false;
  #pongTimeout: ReturnType<typeof setTimeout> | undefined;
  #wake: () => void = () => undefined;
  #waiting: Promise<void> | undefined;
  /** Ends the subscriptions that there are, when the link is disposed. */
  #ends = new Set<() => void>();

  constructor(options: SocketOptions) {
    super();
    this.#options = options;
  }

  /** Made when it is needed: a page that is rendered on a server has no WebSocket, and needs none. */
  #made(): Client {
    if (this.#client) return this.#client;
    const { url, webSocketImpl } = this.#options;
    const client = createClient({
      url,
      ...(webSocketImpl !== undefined && { webSocketImpl }),
      connectionParams: () => this.#credentials(),
      lazyCloseTimeout: LINGER_MS,
      keepAlive: PING_EVERY_MS,
      retryAttempts: Infinity,
      shouldRetry: (event) => !isClose(event) || this.#isWorthRetrying(event),
      retryWait: () => this.#wait(),
    });
    this.#client = client;
    this.#listen(client);
    return client;
  }

  override request(operation: ApolloLink.Operation): Observable<ApolloLink.Result> {
    const { query, variables, operationName, extensions } = operation;
    return new Observable((observer) => {
      const payload = new ResumingPayload(query, { query: print(query), operationName, variables, extensions });
      const end = () => observer.error(new ConnectionClosed(DISPOSED));
      if (this.#isDisposed) return end();
      let stop: () => void = () => undefined;
      const subscribe = () => {
        stop = this.#made().subscribe(payload, {
          next: (result) => {
            this.#received(payload.received(result.data));
            observer.next(result as ApolloLink.Result);
          },
          error: (error) => {
            if (!isClose(error) || !this.#isWorthRetrying(error)) return observer.error(asError(error));
            // graphql-ws itself gives up after some codes that are not ours: a proxy closed, and the node is there.
            void this.#waitToReturn().then(() => observer.closed || subscribe());
          },
          complete: () => observer.complete(),
        });
      };
      subscribe();
      this.#ends.add(end);
      return () => {
        this.#ends.delete(end);
        stop();
      };
    });
  }

  /** Connects now instead of at `retryAt`. */
  reconnect(): void {
    this.#wake();
  }

  /** Closes the socket for good. */
  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.state.next({ status: "closed", ...DISPOSED });
    // When nobody needs a socket any more, none is opened after the wait.
    for (const end of [...this.#ends]) end();
    this.#wake();
    // It waits for the attempt that was called off.
    Promise.resolve(this.#client?.dispose()).catch(() => undefined);
  }

  #listen(client: Client): void {
    client.on("connecting", (isRetrying) => {
      this.#isResuming = isRetrying || this.#isReturning;
      this.#isReturning = false;
      if (!this.#isResuming) this.#tell({ status: "connecting" });
    });
    client.on("connected", () => {
      this.#refusedTokens = 0;
      this.#tell({ status: "live" });
    });
    client.on("ping", (isFromServer) => {
      if (!isFromServer) this.#pongTimeout = setTimeout(() => client.terminate(), PONG_WITHIN_MS);
    });
    client.on("pong", (isFromServer) => {
      if (isFromServer) clearTimeout(this.#pongTimeout);
    });
    client.on("closed", (event) => {
      clearTimeout(this.#pongTimeout);
      const close = isClose(event) ? event : { code: 1006, reason: "" };
      this.#lastClose = { code: close.code, reason: close.reason };
      if (reactionTo(close.code) === "authenticate") this.#refusedTokens++;
      if (close.code === 1000) this.#tell({ status: "idle" });
      else if (!this.#isWorthRetrying(close)) this.#tell({ status: "closed", ...this.#lastClose });
    });
  }

  async #credentials(): Promise<Record<string, unknown>> {
    try {
      return { Authorization: await this.#options.token({ isStale: this.#refusedTokens > 0 }) };
    } catch {
      // graphql-ws would give up for good. Who is without a network has no fresh token either, so it is tried again.
      this.#client?.terminate();
      return {};
    }
  }

  #isWorthRetrying({ code }: Close): boolean {
    const reaction = reactionTo(code);
    return reaction === "authenticate" ? this.#refusedTokens < MAX_REFUSED_TOKENS : reaction !== "give up";
  }

  #received(resume: unknown): void {
    this.#attempts = 0;
    if (!this.#isResuming || typeof resume !== "string") return;
    this.#isResuming = false;
    this.#tell({ status: "live", resume: resume as Resume });
  }

  /** Nothing changes any more once it is disposed. */
  #tell(state: ConnectionState): void {
    if (!this.#isDisposed) this.state.next(state);
  }

  /** One wait for all subscriptions of a socket. */
  #waitToReturn(): Promise<void> {
    this.#waiting ??= this.#wait().then(() => {
      this.#waiting = undefined;
      this.#isReturning = true;
    });
    return this.#waiting;
  }

  async #wait(): Promise<void> {
    const waitMs = waitBefore(this.#lastClose, this.#attempts++, this.#options.random);
    this.#tell({ status: "reconnecting", retryAt: new Date(Date.now() + waitMs), ...this.#lastClose });
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

const DISPOSED: Close = { code: 1000, reason: "disposed" };

/** The server, or the way to it, ended the connection for good. */
export class ConnectionClosed extends Error {
  override name = "ConnectionClosed";
  /** The close code. */
  readonly code: number;
  /** The words that came with it. */
  readonly reason: string;

  constructor({ code, reason }: Close) {
    super(`the connection was closed with ${code} ${reason}`.trim());
    this.code = code;
    this.reason = reason;
  }
}

function asError(error: unknown): unknown {
  if (error instanceof Error) return error;
  if (Array.isArray(error)) return new CombinedGraphQLErrors({ errors: error });
  return isClose(error) ? new ConnectionClosed(error) : new ConnectionClosed({ code: 1006, reason: "" });
}

function isClose(event: unknown): event is Close {
  return typeof event === "object" && event !== null && "code" in event && "reason" in event;
}
