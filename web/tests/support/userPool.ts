import { generateKeyPairSync, randomBytes, randomUUID, sign } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { Exchange, type Verifier, verifierOf } from "./srp.ts";

/** Somebody whom a pool knows. */
export interface PoolUser {
  name: string;
  password: string;
  /** Whether the password is the administrator's, who wants another one at the first sign-in. */
  isTemporary?: boolean;
  groups?: readonly string[];
  /** What others see. */
  displayName?: string;
}

interface Account extends PoolUser {
  sub: string;
  secret: Verifier;
}

/** A refusal, by the name that Cognito gives it. */
class Refusal extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

type Fields = Record<string, string>;
interface Request {
  AuthParameters?: Fields;
  AuthFlow?: string;
  ChallengeName?: string;
  ChallengeResponses?: Fields;
  ClientId?: string;
  RefreshToken?: string;
  Session?: string;
  Token?: string;
}

const WRONG = new Refusal("NotAuthorizedException", "Incorrect username or password.");
const SHORTEST_PASSWORD = 8;

/**
 * A user pool on this machine: what Amazon Cognito's API answers to an app client that signs in by USER_SRP_AUTH, with proofs
 * that are checked, and the keys that its tokens are verified with. No emulator that there is speaks SRP.
 */
export class UserPool {
  readonly id = "local_Pool1";
  readonly clientId = "page";
  /** How long ID and access tokens are valid from now on, in seconds. */
  tokenSeconds = 3_600;
  /** The app client that tokens are for. */
  audience = this.clientId;
  /** What an answer waits for; tests hold one back by the name of its operation. */
  readonly held = new Map<string, Promise<void>>();
  /** The operations that were asked for. */
  readonly asked: string[] = [];

  #keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
  #kid = randomUUID();
  #accounts = new Map<string, Account>();
  #exchanges = new Map<string, { account: Account | undefined; exchange: Exchange }>();
  #sessions = new Map<string, Account>();
  #refreshTokens = new Map<string, { account: Account; origin: string }>();
  #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(): Promise<UserPool> {
    const pool = new UserPool();
    await new Promise<void>((resolve) => pool.#server.listen(0, "127.0.0.1", resolve));
    return pool;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Where its API is. */
  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get issuer(): string {
    return `${this.endpoint}/${this.id}`;
  }

  add(user: PoolUser): void {
    this.#accounts.set(user.name, { ...user, sub: randomUUID(), secret: this.#secretOf(user.name, user.password) });
  }

  /** Ends all sessions, as an administrator may. */
  revokeAll(): void {
    this.#refreshTokens.clear();
  }

  /** Forgets what it has asked for, as after some minutes. */
  forgetChallenges(): void {
    this.#sessions.clear();
  }

  /** An ID token for somebody, without a sign-in. */
  tokenOf(name: string): string {
    return this.#tokens(this.#accounts.get(name)!, randomUUID())["IdToken"] as string;
  }

  #secretOf(name: string, password: string): Verifier {
    return verifierOf(`${this.id.split("_")[1]!}${name}`, password);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader("access-control-allow-origin", "*").setHeader("access-control-allow-headers", "*").setHeader("content-type", "application/json");
    if (request.url === `/${this.id}/.well-known/jwks.json`) return void response.end(JSON.stringify({ keys: [this.#jwk()] }));
    if (request.method !== "POST") return void response.end();
    const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString()) as Request;
    this.asked.push(operation);
    await this.held.get(operation);
    try {
      response.end(JSON.stringify(this.#answer(operation, body)));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      response.writeHead(400).end(JSON.stringify({ __type: error.type, message: error.message }));
    }
  }

  #answer(operation: string, request: Request): unknown {
    if (request.ClientId !== this.clientId) throw new Refusal("ResourceNotFoundException", "User pool client does not exist.");
    switch (operation) {
      case "InitiateAuth":
        return this.#begin(request);
      case "RespondToAuthChallenge":
        return request.ChallengeName === "NEW_PASSWORD_REQUIRED" ? this.#setPassword(request) : this.#checkProof(request);
      case "GetTokensFromRefreshToken": {
        const session = this.#refreshTokens.get(request.RefreshToken ?? "");
        if (!session) throw new Refusal("NotAuthorizedException", "Refresh Token has been revoked");
        return { AuthenticationResult: this.#tokens(session.account, session.origin) };
      }
      case "RevokeToken":
        this.#refreshTokens.delete(request.Token ?? "");
        return {};
      default:
        throw new Refusal("UnknownOperationException", operation);
    }
  }

  /** Who is not known gets an exchange like anybody, so that nobody learns who is. */
  #begin({ AuthFlow, AuthParameters: { USERNAME: name = "", SRP_A: clientValue = "" } = {} }: Request): unknown {
    if (AuthFlow !== "USER_SRP_AUTH") throw new Refusal("InvalidParameterException", `${AuthFlow} is not enabled for the client.`);
    const account = this.#accounts.get(name);
    const exchange = new Exchange(clientValue, account?.secret ?? this.#secretOf(name, randomUUID()));
    const block = randomBytes(64).toString("base64");
    this.#exchanges.set(block, { account, exchange });
    const { salt, publicValue } = exchange;
    return {
      ChallengeName: "PASSWORD_VERIFIER",
      ChallengeParameters: { SALT: salt, SRP_B: publicValue, SECRET_BLOCK: block, USERNAME: name, USER_ID_FOR_SRP: name },
    };
  }

  #checkProof({ ChallengeName, ChallengeResponses: responses = {} }: Request): unknown {
    if (ChallengeName !== "PASSWORD_VERIFIER") throw new Refusal("InvalidParameterException", `${ChallengeName} was not asked for.`);
    const { USERNAME: name = "", PASSWORD_CLAIM_SECRET_BLOCK: block = "", PASSWORD_CLAIM_SIGNATURE: signature = "", TIMESTAMP: at = "" } = responses;
    const begun = this.#exchanges.get(block);
    this.#exchanges.delete(block);
    const parts = [this.id.split("_")[1]!, name, Buffer.from(block, "base64"), at];
    if (!begun?.account || begun.account.name !== name || !begun.exchange.proves(signature, parts)) throw WRONG;
    return begun.account.isTemporary ? this.#askForPassword(begun.account) : this.#signedIn(begun.account);
  }

  #askForPassword(account: Account): unknown {
    const session = randomUUID();
    this.#sessions.set(session, account);
    return {
      ChallengeName: "NEW_PASSWORD_REQUIRED",
      ChallengeParameters: { USER_ID_FOR_SRP: account.name, requiredAttributes: "[]", userAttributes: "{}" },
      Session: session,
    };
  }

  #setPassword({ Session: session = "", ChallengeResponses: { NEW_PASSWORD: password = "" } = {} }: Request): unknown {
    const account = this.#sessions.get(session);
    if (!account) throw new Refusal("NotAuthorizedException", "Invalid session for the user.");
    if (password.length < SHORTEST_PASSWORD) {
      throw new Refusal("InvalidPasswordException", "Password does not conform to policy: Password not long enough");
    }
    this.#sessions.delete(session);
    const changed = { ...account, isTemporary: false, secret: this.#secretOf(account.name, password) };
    this.#accounts.set(account.name, changed);
    return this.#signedIn(changed);
  }

  #signedIn(account: Account): unknown {
    const [refreshToken, origin] = [randomUUID(), randomUUID()];
    this.#refreshTokens.set(refreshToken, { account, origin });
    return { ChallengeParameters: {}, AuthenticationResult: { ...this.#tokens(account, origin), RefreshToken: refreshToken } };
  }

  #tokens({ sub, name, displayName, groups }: Account, origin: string): Record<string, unknown> {
    const iat = Math.floor(Date.now() / 1_000);
    const times = { iat, auth_time: iat, exp: iat + this.tokenSeconds };
    const both = { iss: this.issuer, sub, origin_jti: origin, ...times, ...(groups && { "cognito:groups": groups }) };
    return {
      IdToken: this.#sign({ ...both, jti: randomUUID(), token_use: "id", aud: this.audience, "cognito:username": name, name: displayName ?? name }),
      AccessToken: this.#sign({ ...both, jti: randomUUID(), token_use: "access", client_id: this.audience, username: name }),
      TokenType: "Bearer",
      ExpiresIn: this.tokenSeconds,
    };
  }

  #sign(claims: object): string {
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
    const text = `${encode({ alg: "RS256", kid: this.#kid })}.${encode(claims)}`;
    return `${text}.${sign("sha256", Buffer.from(text), this.#keys.privateKey).toString("base64url")}`;
  }

  #jwk(): object {
    return { ...this.#keys.publicKey.export({ format: "jwk" }), kid: this.#kid, alg: "RS256", use: "sig" };
  }
}
