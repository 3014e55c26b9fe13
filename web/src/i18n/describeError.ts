import { CombinedGraphQLErrors } from "@apollo/client/errors";

import type { ErrorCode } from "../schema.generated";
import type { Dictionary } from "./en";
import type { ErrorDetail } from "./en-room";
import type { Format } from "./format";

/** A refusal of the API: its code, and what it says beside. */
export interface Refusal {
  code: ErrorCode;
  retryAfterMs?: number;
  until?: string;
}

/** The API's refusal that an error carries, or null where it is something else, such as a lost connection. */
export function refusalOf(error: unknown): Refusal | null {
  if (!CombinedGraphQLErrors.is(error)) return null;
  const extensions = error.errors[0]?.extensions;
  if (typeof extensions?.code !== "string") return null;
  const { code, retryAfterMs, until } = extensions;
  return {
    code: code as ErrorCode,
    ...(typeof retryAfterMs === "number" && { retryAfterMs }),
    ...(typeof until === "string" && { until }),
  };
}

/** What to tell a person about an error. The API's own messages are English and for people who debug. */
export function describeError(error: unknown, text: Dictionary, format: Format): string {
  const refusal = refusalOf(error);
  if (!refusal) return CombinedGraphQLErrors.is(error) ? text.unknownError : text.networkError;
  const detail: ErrorDetail = {};
  if (refusal.retryAfterMs !== undefined) detail.wait = Math.ceil(refusal.retryAfterMs / 1000);
  if (refusal.until !== undefined) detail.until = format.dateTime(refusal.until);
  // A newer server may have codes that this build does not know.
  const describe = text.errors[refusal.code] as ((detail: ErrorDetail) => string) | undefined;
  return describe ? describe(detail) : text.unknownError;
}
