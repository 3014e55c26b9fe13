import { ApolloLink } from "@apollo/client/link";
import { CombinedGraphQLErrors } from "@apollo/client/errors";
import { from, Observable, Subscription, switchMap } from "rxjs";

import { errorCode } from "../errors.ts";
import type { TokenSource } from "./token.ts";

/** Sends the caller's token along. When it is refused nothing was done, so the same is sent once more with a fresh one. */
export class AuthLink extends ApolloLink {
  constructor(token: TokenSource) {
    super((operation, forward) => {
      const send = (isStale: boolean) =>
        from(Promise.resolve(token({ isStale }))).pipe(
          switchMap((authorization) => {
            operation.setContext((context) => ({ headers: { ...(context["headers"] as Record<string, string> | undefined), authorization } }));
            return forward(operation);
          }),
        );
      return secondAttempt(send);
    });
  }
}

function secondAttempt(send: (isStale: boolean) => Observable<ApolloLink.Result>): Observable<ApolloLink.Result> {
  return new Observable((observer) => {
    const subscriptions = new Subscription();
    let isRepeated = false;
    const again = () => {
      isRepeated = true;
      subscriptions.add(send(true).subscribe(observer));
    };
    subscriptions.add(
      send(false).subscribe({
        next: (result) => {
          if (result.errors && isUnauthenticated(new CombinedGraphQLErrors(result))) again();
          else observer.next(result);
        },
        error: (error: unknown) => (isUnauthenticated(error) ? again() : observer.error(error)),
        complete: () => isRepeated || observer.complete(),
      }),
    );
    return subscriptions;
  });
}

function isUnauthenticated(error: unknown): boolean {
  return errorCode(error) === "UNAUTHENTICATED";
}
