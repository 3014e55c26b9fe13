import { Amplify } from "aws-amplify";
import { confirmSignIn, fetchAuthSession, signIn, type SignInOutput, signOut } from "aws-amplify/auth";

import type { SignInConfig } from "../app/config";
import type { Session } from "./session";

/** What a user pool may ask for after the password. */
export type Challenge = "newPassword" | "code";

/** How far a sign-in has come. */
export type Progress = { session: Session } | { challenge: Challenge } | { unsupported: string };

/** Loaded only where a user pool is configured: Amplify is larger than the rest of the app. */
export function configure({ userPoolId, clientId }: Extract<SignInConfig, { kind: "cognito" }>) {
  Amplify.configure({ Auth: { Cognito: { userPoolId, userPoolClientId: clientId } } });
}

/** The session of an earlier visit, if it can still be continued. */
export async function resume(): Promise<Session | null> {
  const { tokens } = await fetchAuthSession();
  return tokens?.idToken ? session : null;
}

export async function begin(username: string, password: string): Promise<Progress> {
  return progress(await signIn({ username, password }));
}

export async function answer(challengeResponse: string): Promise<Progress> {
  return progress(await confirmSignIn({ challengeResponse }));
}

function progress({ isSignedIn, nextStep }: SignInOutput): Progress {
  if (isSignedIn) return { session };
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

const session: Session = {
  // The ID token carries the name that others see. Amplify renews it before it ends.
  token: async (isStale) => {
    const { tokens } = await fetchAuthSession({ forceRefresh: isStale });
    if (!tokens?.idToken) throw new Error("the session has ended");
    return tokens.idToken.toString();
  },
  signOut: () => signOut(),
};
