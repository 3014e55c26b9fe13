// Signs in to the emulator of Cognito with a password, as curl does it in the README.

const API = "http://localhost:9229/";
const CLIENT = "plenary-web";
const PASSWORD = "Plenary-1";

/** The ID token of an account. */
export async function idToken(account) {
  const parameters = { USERNAME: account, PASSWORD };
  const answer = await fetch(API, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth",
    },
    body: JSON.stringify({ AuthFlow: "USER_PASSWORD_AUTH", ClientId: CLIENT, AuthParameters: parameters }),
  });
  if (!answer.ok) throw new Error(`${account} cannot sign in: ${await answer.text()}`);
  return (await answer.json()).AuthenticationResult.IdToken;
}
