import { Duration, RemovalPolicy } from "aws-cdk-lib";
import * as cognito from "aws-cdk-lib/aws-cognito";
import { Construct } from "constructs";
import type { Installation } from "./settings.ts";

/** Groups that `GROUP_ROLES` maps to roles by default; whoever is in none is a participant. */
const GROUPS = {
  "plenary-hosts": "Create rooms and manage them",
  "plenary-moderators": "Keep order in all rooms",
  "plenary-speakers": "Answer questions",
};

/** An event and its warm-up. Shorter, and all who came within five minutes refresh within five minutes: more than Cognito answers. */
const TOKEN_LIFE = Duration.hours(4);

interface Props {
  readonly installation: Installation;
  /** Whether an app client gives a rehearsal tokens for passwords. */
  readonly rehearsal: boolean;
}

/** The user pool, its groups, and the clients whose tokens the nodes accept. */
export class Identity extends Construct {
  readonly pool: cognito.UserPool;
  readonly client: cognito.UserPoolClient;
  readonly rehearsalClient: cognito.UserPoolClient | undefined;

  constructor(scope: Construct, id: string, { installation, rehearsal }: Props) {
    super(scope, id);
    this.pool = new cognito.UserPool(this, "Pool", {
      userPoolName: installation.name,
      featurePlan: cognito.FeaturePlan.ESSENTIALS,
      selfSignUpEnabled: installation.signUp === "open",
      signInAliases: { email: true },
      autoVerify: { email: true },
      standardAttributes: { email: { required: true }, preferredUsername: { mutable: true } },
      passwordPolicy: { minLength: 12, requireDigits: true, requireLowercase: true, requireUppercase: true, requireSymbols: true },
      mfa: cognito.Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      accountRecovery: cognito.AccountRecovery.EMAIL_ONLY,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      ...mailFrom(installation.mailFrom),
    });
    this.client = this.pool.addClient("Client", { ...tokens(), authFlows: { userSrp: true } });
    this.rehearsalClient = rehearsal
      ? this.pool.addClient("RehearsalClient", { ...tokens(), authFlows: { adminUserPassword: true } })
      : undefined;
    for (const [groupName, description] of Object.entries(GROUPS)) {
      this.pool.addGroup(groupName, { groupName, description });
    }
  }

  /** `JWT_ISSUERS`. The room client signs people in to the first one. */
  get issuers(): string {
    const clients = [this.client, this.rehearsalClient].flatMap((client) => (client ? [client.userPoolClientId] : []));
    return `${this.pool.userPoolId} clients=${clients.join(",")}`;
  }
}

function tokens(): cognito.UserPoolClientOptions {
  return {
    // Whatever is in a browser is no secret.
    generateSecret: false,
    preventUserExistenceErrors: true,
    enableTokenRevocation: true,
    accessTokenValidity: TOKEN_LIFE,
    idTokenValidity: TOKEN_LIFE,
    refreshTokenValidity: Duration.days(7),
    // A stolen refresh token is of no use once its owner has refreshed; a lost answer may be asked for again for a minute.
    refreshTokenRotationGracePeriod: Duration.seconds(60),
    disableOAuth: true,
  };
}

function mailFrom(address: string | undefined) {
  return address === undefined ? {} : { email: cognito.UserPoolEmail.withSES({ fromEmail: address }) };
}
