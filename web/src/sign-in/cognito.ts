import { Amplify } from "aws-amplify";
import { type AuthSession, confirmSignIn, fetchAuthSession, signIn, type SignInOutput, signOut } from "aws-amplify/auth";

import type { SignInConfig } from "../app/config";
import { isCalled } from "./describeRefusal";
import { type Session, SessionEnded } from "./session";

/** What a user pool may ask for after the password. */
export type Challenge = "newPassword" | "code";

/** How far a sign-in has come. */
export type Progress = { session: Session } | { challenge: Challenge } | { unsupported: string };

/** The sign-out that is under way: until it is done the browser still has the tokens. */
let leaving: Promise<void> = Promise.resolve();

/** Loaded only where a user pool is configured: Amplify is larger than the rest of the app. */
export function configure({ userPoolId, clientId, endpoint }: Extract<SignInConfig, { kind: "cognito" }>) {
  Amplify.configure({ Auth: { Cognito: { userPoolId, userPoolClientId: clientId, ...(endpoint && { userPoolEndpoint: endpoint }) } } });
}

/** The session of an earlier visit, if it can still be continued. Rejects where that cannot be known now. */
export async function resume(): Promise<Session | null> {
  await leaving.catch(() => undefined);
  const subject = subjectOf(await fetchAuthSession());
  return subject === undefined ? null : sessionOf(subject);
}

export async function begin(username: string, password: string): Promise<Progress> {
  try {
    return await progress(await signIn({ username, password }));
  } catch (error) {
    if (!isCalled(error, "UserAlreadyAuthenticatedException")) throw error;
    // Another tab was faster. A browser has one session, and this is whom it is asked for now.
    await signOut();
    return progress(await signIn({ username, password }));
  }
}

export async function answer(challengeResponse: string): Promise<Progress> {
  return progress(await confirmSignIn({ challengeResponse }));
}

async function progress({ isSignedIn, nextStep }: SignInOutput): Promise<Progress> {
  if (isSignedIn) {
    const session = await resume();
    if (!session) throw new SessionEnded();
    return { session };
  }
  switch (nextStep.signInStep) {
    case "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED":
      return { challenge: "newPassword" };
    case "CONFIRM_SIGN_IN_WITH_SMS_CODE":
    case "CONFIRM_SIGN_IN_WITH_TOTP_CODE":
    case "CONFIRM_SIGN_IN_WITH_EMAIL_CODE":
      return { challenge: "code" };
    default:
      return { unsupported: nextStep.signInStep };
  }
}

/** The session of one person. All tabs share the browser's tokens, so they may be somebody else's the next time. */
function sessionOf(subject: string): Session {
  return {
    // The ID token carries the name that others see. Amplify renews it before it ends.
    token: async (isStale) => {
      const current = await fetchAuthSession({ forceRefresh: isStale }).catch(outOfReach);
      if (subjectOf(current) !== subject || !current.tokens?.idToken) throw new SessionEnded();
      return current.tokens.idToken.toString();
    },
    signOut: () => {
      leaving = signOut();
      return leaving;
    },
  };
}

/** The pool could not be asked. The network says so with a `TypeError`, after which a request is tried again. */
function outOfReach(cause: unknown): never {
  throw new TypeError("the user pool gives no token now", { cause });
}

function subjectOf({ tokens }: AuthSession): string | undefined {
  return tokens?.idToken?.payload.sub;
}
