import { Amplify } from "aws-amplify";
import { generateClient } from "aws-amplify/api";
import { decodeJWT } from "aws-amplify/auth";

import { useAmplify } from "./use-amplify.mjs";

export { reasonOf } from "./use-amplify.mjs";

export function open({ url, socketUrl, apiKey, getToken }) {
  const authMode = apiKey ? "apiKey" : "userPool";
  const getTokens = async () => {
    const token = decodeJWT(await getToken());
    return { accessToken: token, idToken: token };
  };
  Amplify.configure(
    { API: { GraphQL: { endpoint: url, region: "eu-central-1", defaultAuthMode: authMode, apiKey } } },
    { Auth: { tokenProvider: { getTokens } } },
  );
  const client = generateClient();
  const live = generateClient({ endpoint: socketUrl, authMode, apiKey });

  return useAmplify(client, live);
}
