import type { Dictionary } from "../i18n/en";

/** What to tell a person about a sign-in that a user pool refused; what has no words of its own is said with the pool's. */
export function describeRefusal(error: unknown, { signIn, networkError }: Dictionary): string {
  if (isCalled(error, "NetworkError", "TypeError")) return networkError;
  // The pool has this name for more, such as accounts that are locked.
  if (isCalled(error, "NotAuthorizedException") && error.message.startsWith("Incorrect username or password")) return signIn.wrong;
  if (isCalled(error, "UserNotFoundException")) return signIn.wrong;
  if (isCalled(error, "CodeMismatchException", "ExpiredCodeException")) return signIn.wrongCode;
  if (isCalled(error, "InvalidPasswordException")) return signIn.passwordRefused(error.message);
  if (isCalled(error, "LimitExceededException", "TooManyRequestsException", "TooManyFailedAttemptsException")) return signIn.tooManyAttempts;
  return error instanceof Error && error.message !== "" ? error.message : signIn.failed;
}

/** Whether an error is that of the pool's API, or of Amplify, with one of these names. */
export function isCalled(error: unknown, ...names: readonly string[]): error is Error {
  return error instanceof Error && names.includes(error.name);
}
