// Stands before cognito-local and adds what Amplify asks Cognito for and the emulator does not have: the sign-in by USER_SRP_AUTH, which is
// the only one that a browser should do, and GetTokensFromRefreshToken. Everything else passes through.

import { randomBytes, randomUUID } from "node:crypto";
import { createServer } from "node:http";

import { exchange } from "./srp.mjs";

const TARGET = "AWSCognitoIdentityProviderService.";
const MOST_EXCHANGES = 1000;

/** Serves the API at `port`, for accounts of one pool that all have one password, with the emulator behind it at `emulator`. */
export function startFront({ port, emulator, pool, names, password }) {
  const poolName = pool.split("_")[1];
  const begun = new Map();

  const operations = {
    InitiateAuth: ({ AuthFlow, ClientId, AuthParameters = {} }) => {
      if (AuthFlow !== "USER_SRP_AUTH") return undefined;
      const { USERNAME: name, SRP_A: clientValue } = AuthParameters;
      // Whoever does not exist gets a challenge that nothing answers.
      const known = names.has(name) ? password : randomUUID();
      const { salt, serverValue, proves } = exchange(`${poolName}${name}`, known, clientValue);
      const block = randomBytes(64).toString("base64");
      begun.set(block, { name, proves, ClientId });
      if (begun.size > MOST_EXCHANGES) begun.delete(begun.keys().next().value);
      const parameters = { SALT: salt, SRP_B: serverValue, SECRET_BLOCK: block, USERNAME: name, USER_ID_FOR_SRP: name };
      return { ChallengeName: "PASSWORD_VERIFIER", ChallengeParameters: parameters };
    },

    RespondToAuthChallenge: async ({ ChallengeName, ChallengeResponses: given = {} }) => {
      if (ChallengeName !== "PASSWORD_VERIFIER") return undefined;
      const block = given.PASSWORD_CLAIM_SECRET_BLOCK ?? "";
      const { name, proves, ClientId } = begun.get(block) ?? {};
      begun.delete(block);
      const parts = [poolName, name, Buffer.from(block, "base64"), given.TIMESTAMP];
      if (!proves?.(given.PASSWORD_CLAIM_SIGNATURE ?? "", parts)) {
        throw Object.assign(new Error("Incorrect username or password."), { type: "NotAuthorizedException" });
      }
      const parameters = { USERNAME: name, PASSWORD: password };
      return ask("InitiateAuth", { AuthFlow: "USER_PASSWORD_AUTH", ClientId, AuthParameters: parameters });
    },

    GetTokensFromRefreshToken: ({ ClientId, RefreshToken }) =>
      ask("InitiateAuth", { AuthFlow: "REFRESH_TOKEN_AUTH", ClientId, AuthParameters: { REFRESH_TOKEN: RefreshToken } }),
  };

  async function ask(operation, request) {
    const headers = { "x-amz-target": TARGET + operation, "content-type": "application/x-amz-json-1.1" };
    const answer = await fetch(emulator, { method: "POST", headers, body: JSON.stringify(request) });
    const body = await answer.json();
    if (!answer.ok) throw Object.assign(new Error(body.message), { type: body.__type });
    return body;
  }

  async function pass(request, body, response) {
    const { host, connection, "content-length": length, ...headers } = request.headers;
    const answer = await fetch(new URL(request.url, emulator), {
      method: request.method,
      headers,
      body: ["GET", "HEAD"].includes(request.method) ? undefined : body,
    });
    const { "content-length": _, "content-encoding": __, ...passed } = Object.fromEntries(answer.headers);
    response.writeHead(answer.status, passed).end(Buffer.from(await answer.arrayBuffer()));
  }

  async function serve(request, response) {
    const body = Buffer.concat(await request.toArray());
    const operation = operations[request.headers["x-amz-target"]?.replace(TARGET, "")];
    const answer = request.method === "POST" && operation ? await operation(JSON.parse(body)) : undefined;
    if (!answer) return pass(request, body, response);
    response.writeHead(200, headersOfOurs).end(JSON.stringify(answer));
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(({ type = "InternalErrorException", message }) => {
      response.writeHead(400, headersOfOurs).end(JSON.stringify({ __type: type, message }));
    });
  });
  server.listen(port, "0.0.0.0");
}

const headersOfOurs = { "content-type": "application/x-amz-json-1.1", "access-control-allow-origin": "*" };
