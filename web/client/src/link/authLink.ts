import { ApolloLink } from "@apollo/client/link";
import { CombinedGraphQLErrors, ServerError } from "@apollo/client/errors";
import { from, Observable, switchMap } from "rxjs";

import { errorCode } from "../errors.ts";
import type { TokenSource } from "./token.ts";

/** Sends the caller's token along. When it is refused nothing was done, so the same is sent once more with a fresh one. */
export class AuthLink extends ApolloLink {
  constructor(token: TokenSource) {
    super((operation, forward) => {
      const send = (isStale: boolean) =>
        from(Promise.resolve(token({ isStale }))).pipe(
          switchMap((authorization) => {
            operation.setContext(({ headers }) => ({ headers: { ...headers, authorization } }));
            return forward(operation);
          }),
        );
      return secondAttempt(send);
    });
  }
}

function secondAttempt(send: (isStale: boolean) => Observable<ApolloLink.Result>): Observable<ApolloLink.Result> {
  return new Observable((observer) => {
    let isSecond = false;
    const again = () => {
      isSecond = true;
      subscription.add(send(true).subscribe(observer));
    };
    const subscription = send(false).subscribe({
      next: (result) => {
        if (result.errors && isUnauthenticated(new CombinedGraphQLErrors(result))) again();
        else observer.next(result);
      },
      error: (error: unknown) => (isUnauthenticated(error) ? again() : observer.error(error)),
      complete: () => isSecond || observer.complete(),
    });
    return subscription;
  });
}

function isUnauthenticated(error: unknown): boolean {
  return errorCode(error) === "UNAUTHENTICATED" || (ServerError.is(error) && error.statusCode === 401);
}
