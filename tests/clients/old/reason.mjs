import { subscriptionReason } from "../apps/subscription-reason.mjs";

/** What an application can read of an error of Apollo Client 3, and of what its links tell as they have it. */
export function reasonOf({ graphQLErrors, networkError, errors, extensions, message }) {
  if (graphQLErrors?.length > 0) return graphQLErrors[0].extensions.code;
  if (networkError) return networkError.statusCode;
  return errors ? subscriptionReason(errors[0].message) : (extensions?.code ?? message);
}
