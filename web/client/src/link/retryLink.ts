import { ApolloLink } from "@apollo/client/link";
import { CombinedGraphQLErrors, ServerError } from "@apollo/client/errors";
import { type DocumentNode, Kind, OperationTypeNode } from "graphql";
import { Observable, type Subscription } from "rxjs";

import { refusal } from "../errors.ts";
import { fullJitter, type Random } from "./backoff.ts";

/** How often an operation is sent at most. */
export const MAX_ATTEMPTS = 5;

/** Refusals after which the same can succeed. */
const PASSING: ReadonlySet<string> = new Set(["RATE_LIMITED", "ROOM_BUSY", "UNAVAILABLE"]);
const PASSING_STATUS: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** Whoever waits longer than this is told, and decides. */
const LONGEST_WAIT_MS = 10_000;

/**
 * Sends again what can be repeated: queries, and mutations whose inputs carry a `clientMessageId`, with the same one.
 * Anything else might be done twice, so it is never repeated.
 */
export class RetryLink extends ApolloLink {
  constructor(random?: Random) {
    super((operation, forward) =>
      isRepeatable(operation) ? repeated(() => forward(operation), random) : forward(operation),
    );
  }
}

function repeated(send: () => Observable<ApolloLink.Result>, random: Random | undefined): Observable<ApolloLink.Result> {
  return new Observable((observer) => {
    let subscription: Subscription | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let attempts = 0;
    const again = (error: unknown): boolean => {
      const waitMs = ++attempts < MAX_ATTEMPTS ? waitAfter(error, attempts - 1, random) : undefined;
      if (waitMs === undefined) return false;
      timer = setTimeout(attempt, waitMs);
      return true;
    };
    const attempt = () => {
      let isRepeated = false;
      subscription = send().subscribe({
        next: (result) => {
          isRepeated = result.errors !== undefined && again(new CombinedGraphQLErrors(result));
          if (!isRepeated) observer.next(result);
        },
        error: (error: unknown) => again(error) || observer.error(error),
        complete: () => isRepeated || observer.complete(),
      });
    };
    attempt();
    return () => {
      clearTimeout(timer);
      subscription?.unsubscribe();
    };
  });
}

/** How long to wait before it is tried again, in milliseconds; undefined when that would not help. */
function waitAfter(error: unknown, attempt: number, random: Random | undefined): number | undefined {
  const jitter = fullJitter(attempt, undefined, random);
  const refused = refusal(error);
  if (refused) return PASSING.has(refused.code) ? within((refused.retryAfterMs ?? retryAfterMs(error)) + jitter) : undefined;
  if (ServerError.is(error)) return PASSING_STATUS.has(error.statusCode) ? within(retryAfterMs(error) + jitter) : undefined;
  // `fetch` says TypeError of the network: nobody knows whether it arrived.
  return error instanceof TypeError ? jitter : undefined;
}

function within(waitMs: number): number | undefined {
  return waitMs <= LONGEST_WAIT_MS ? waitMs : undefined;
}

/** `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), as milliseconds. */
function retryAfterMs(error: unknown): number {
  const value = ServerError.is(error) ? error.response.headers.get("retry-after") : null;
  if (value === null) return 0;
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}

function isRepeatable({ query, variables }: ApolloLink.Operation): boolean {
  switch (operationOf(query)) {
    case OperationTypeNode.QUERY:
      return true;
    case OperationTypeNode.MUTATION:
      return hasKey(variables["input"]);
    default:
      return false;
  }
}

/** The kind of operation a document holds. */
export function operationOf(document: DocumentNode): OperationTypeNode | undefined {
  return document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION)?.operation;
}

function hasKey(input: unknown): boolean {
  return typeof input === "object" && input !== null && "clientMessageId" in input && typeof input.clientMessageId === "string";
}
