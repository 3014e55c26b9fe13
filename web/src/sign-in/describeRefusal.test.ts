import { expect, it } from "vitest";

import { de } from "../i18n/de";
import { en } from "../i18n/en";
import { describeRefusal } from "./describeRefusal";

const refusal = (name: string, message = "The pool says so.") => Object.assign(new Error(message), { name });

it.each([
  [refusal("NotAuthorizedException", "Incorrect username or password."), en.signIn.wrong, de.signIn.wrong],
  [refusal("UserNotFoundException"), en.signIn.wrong, de.signIn.wrong],
  [refusal("CodeMismatchException"), en.signIn.wrongCode, de.signIn.wrongCode],
  [refusal("ExpiredCodeException"), en.signIn.wrongCode, de.signIn.wrongCode],
  [refusal("InvalidPasswordException", "Too short."), en.signIn.passwordRefused("Too short."), de.signIn.passwordRefused("Too short.")],
  [refusal("LimitExceededException"), en.signIn.tooManyAttempts, de.signIn.tooManyAttempts],
  [refusal("TooManyRequestsException"), en.signIn.tooManyAttempts, de.signIn.tooManyAttempts],
  [refusal("NetworkError"), en.networkError, de.networkError],
  // The pool's own words are better than none.
  [refusal("NotAuthorizedException", "User is disabled."), "User is disabled.", "User is disabled."],
  [refusal("SomethingNewException"), "The pool says so.", "The pool says so."],
  [new Error(""), en.signIn.failed, de.signIn.failed],
  ["a string", en.signIn.failed, de.signIn.failed],
])("says what a pool refused: %s", (error, english, german) => {
  expect(describeRefusal(error, en)).toBe(english);
  expect(describeRefusal(error, de)).toBe(german);
});
