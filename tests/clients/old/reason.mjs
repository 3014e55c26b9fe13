import { subscriptionReason } from "../apps/subscription-reason.mjs";

/** What an application can read of an error of Apollo Client 3, and of the link of AppSync, which makes none of its own. */
export function reasonOf({ graphQLErrors, networkError, errors, message }) {
  if (graphQLErrors?.length > 0) return graphQLErrors[0].extensions.code;
  if (networkError) return networkError.statusCode;
  return errors ? subscriptionReason(errors[0].message) : message;
}
