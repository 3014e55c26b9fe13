import { CombinedGraphQLErrors } from "@apollo/client/errors";
import { ConnectionClosed, refusal } from "@plenary/apollo";

import type { Dictionary } from "./en";
import type { ErrorDetail } from "./en-room";
import type { Format } from "./format";

/** What to tell a person about an error. The API's own messages are English and for people who debug. */
export function describeError(error: unknown, text: Dictionary, format: Format): string {
  if (error instanceof ConnectionClosed) return describeClose(error, text);
  const refused = refusal(error);
  if (!refused) return CombinedGraphQLErrors.is(error) ? text.unknownError : text.networkError;
  const detail: ErrorDetail = {};
  if (refused.retryAfterMs !== undefined) detail.wait = Math.ceil(refused.retryAfterMs / 1000);
  if (refused.until !== undefined) detail.until = format.dateTime(refused.until.toISOString());
  return text.errors[refused.code](detail);
}

/** Whether only a new sign-in helps. */
export function needsSignIn(error: unknown): boolean {
  return error instanceof ConnectionClosed ? SIGN_IN_CODES.includes(error.code) : refusal(error)?.code === "UNAUTHENTICATED";
}

/** The close codes of a token that the server does not take, or no longer. */
const SIGN_IN_CODES: readonly number[] = [4403, 4807];

/** Those that say that this page and the server do not speak the same protocol. */
const PROTOCOL_CODES: readonly number[] = [1002, 1007, 1009, 4400, 4401, 4406, 4409, 4429];

/** Why a connection is closed for good; what has no words of its own is said with the server's. */
export function describeClose({ code, reason }: { code: number; reason: string }, text: Dictionary): string {
  if (SIGN_IN_CODES.includes(code)) return text.connection.closedSignIn;
  if (PROTOCOL_CODES.includes(code)) return text.connection.closedProtocol(code);
  return text.connection.closed(reason === "" ? String(code) : reason);
}
