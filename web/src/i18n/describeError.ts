import { CombinedGraphQLErrors } from "@apollo/client/errors";
import { refusal } from "@plenary/apollo";

import type { Dictionary } from "./en";
import type { ErrorDetail } from "./en-room";
import type { Format } from "./format";

/** What to tell a person about an error. The API's own messages are English and for people who debug. */
export function describeError(error: unknown, text: Dictionary, format: Format): string {
  const refused = refusal(error);
  if (!refused) return CombinedGraphQLErrors.is(error) ? text.unknownError : text.networkError;
  const detail: ErrorDetail = {};
  if (refused.retryAfterMs !== undefined) detail.wait = Math.ceil(refused.retryAfterMs / 1000);
  if (refused.until !== undefined) detail.until = format.dateTime(refused.until.toISOString());
  return text.errors[refused.code](detail);
}
