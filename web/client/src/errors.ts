import { CombinedGraphQLErrors, ServerError } from "@apollo/client/errors";

import { ErrorCode } from "./generated/enums.ts";

/** What the server says beside the code of a refusal. */
export interface Refusal {
  /** Why. Translate this; the error's message is English, for people who debug. */
  code: ErrorCode;
  /** How long to wait before the same can succeed, in milliseconds. */
  retryAfterMs?: number;
  /** Until when it is refused (a mute, a ban). */
  until?: Date;
  /** Which argument is wrong. */
  field?: string;
}

/** Why the server refused, or undefined for an error that is not its refusal: a network error, a bug. */
export function errorCode(error: unknown): ErrorCode | undefined {
  return refusal(error)?.code;
}

/** The first refusal among the errors of an answer, or undefined for an error that is none. */
export function refusal(error: unknown): Refusal | undefined {
  for (const { extensions } of errorsOf(error).filter((each) => each !== null)) {
    if (extensions && isErrorCode(extensions["code"])) return parsed(extensions["code"], extensions);
  }
  return undefined;
}

type Errors = readonly ({ extensions?: Record<string, unknown> | undefined } | null)[];

/** Of a request that was refused as a whole, by its status, Apollo keeps the body as text. */
function errorsOf(error: unknown): Errors {
  if (CombinedGraphQLErrors.is(error)) return error.errors;
  if (!ServerError.is(error)) return [];
  try {
    const { errors } = JSON.parse(error.bodyText) as { errors?: unknown };
    return Array.isArray(errors) ? (errors as Errors) : [];
  } catch {
    // Something between here and the server answered.
    return [];
  }
}

function parsed(code: ErrorCode, { retryAfterMs, until, field }: Record<string, unknown>): Refusal {
  return {
    code,
    ...(typeof retryAfterMs === "number" && { retryAfterMs }),
    ...(typeof until === "string" && { until: new Date(until) }),
    ...(typeof field === "string" && { field }),
  };
}

const CODES: ReadonlySet<unknown> = new Set(Object.values(ErrorCode));

function isErrorCode(value: unknown): value is ErrorCode {
  return CODES.has(value);
}
