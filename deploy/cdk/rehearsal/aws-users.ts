import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminInitiateAuthCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  UserNotFoundException,
} from "@aws-sdk/client-cognito-identity-provider";
import { randomBytes } from "node:crypto";
import type { Outputs } from "./cloud.ts";

/** Accounts that live as long as a rehearsal; nobody ever knows their passwords. */
export class AwsUsers {
  private readonly cognito: CognitoIdentityProviderClient;

  constructor(config: { region: string }, private readonly outputs: Outputs) {
    this.cognito = new CognitoIdentityProviderClient(config);
  }

  async signIn(user: string, groups: readonly string[]): Promise<string> {
    const { UserPool: UserPoolId, Client: ClientId } = this.outputs;
    const account = { UserPoolId, Username: user };
    const Password = `${randomBytes(24).toString("base64")}aA1!`;
    await this.cognito.send(
      new AdminCreateUserCommand({
        ...account,
        MessageAction: "SUPPRESS",
        UserAttributes: [{ Name: "email", Value: user }, { Name: "email_verified", Value: "true" }],
      }),
    );
    await this.cognito.send(new AdminSetUserPasswordCommand({ ...account, Password, Permanent: true }));
    for (const GroupName of groups) await this.cognito.send(new AdminAddUserToGroupCommand({ ...account, GroupName }));
    const { AuthenticationResult } = await this.cognito.send(
      new AdminInitiateAuthCommand({ UserPoolId, ClientId, AuthFlow: "ADMIN_USER_PASSWORD_AUTH", AuthParameters: { USERNAME: user, PASSWORD: Password } }),
    );
    const token = AuthenticationResult?.IdToken;
    if (token === undefined) throw new Error(`Cognito gave ${user} no token`);
    return token;
  }

  async delete(user: string): Promise<void> {
    try {
      await this.cognito.send(new AdminDeleteUserCommand({ UserPoolId: this.outputs.UserPool, Username: user }));
    } catch (error) {
      if (!(error instanceof UserNotFoundException)) throw error;
    }
  }
}
