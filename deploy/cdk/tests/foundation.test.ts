import { describe, expect, test } from "vitest";
import { ACCESS } from "../src/cache.ts";
import { actions, CLOSED, every, only, statements, template, type Properties, type Statement } from "./stacks.ts";
import { sizes } from "../settings.ts";

const foundation = template("Foundation");

describe("the network", () => {
  const endpoint = (service: string) =>
    every(foundation, "AWS::EC2::VPCEndpoint").map(([, made]) => made).find((made) => JSON.stringify(made["ServiceName"]).includes(service))!;
  const policy = (service: string) => (endpoint(service)["PolicyDocument"] as { Statement: Statement[] }).Statement;

  test("reaches the table through a free endpoint that leads to no other table and for no other account", () => {
    expect(endpoint(".dynamodb")["VpcEndpointType"]).toBe("Gateway");
    expect(policy(".dynamodb")).toEqual([
      expect.objectContaining({
        Effect: "Allow",
        Resource: ["arn:aws:dynamodb:us-east-1:111111111111:table/plenary", "arn:aws:dynamodb:us-east-1:111111111111:table/plenary/index/*"],
        Condition: { StringEquals: { "aws:PrincipalAccount": "111111111111" } },
      }),
    ]);
  });
  test("reaches objects of images and of this account, and carries nothing to another one", () => {
    const [, ours] = policy(".s3");
    expect(ours!.Condition).toEqual({ StringEquals: { "aws:PrincipalAccount": "111111111111", "aws:ResourceAccount": "111111111111" } });
  });
  test("has a NAT gateway in each zone for an event", () => {
    expect(every(foundation, "AWS::EC2::NatGateway")).toHaveLength(3);
  });
  test("without NAT gateways has no way out, and an endpoint for each service that a node calls", () => {
    const closed = template("Foundation", CLOSED);
    expect(every(closed, "AWS::EC2::NatGateway")).toHaveLength(0);
    const services = every(closed, "AWS::EC2::VPCEndpoint").map(([, made]) => JSON.stringify(made["ServiceName"]));
    for (const service of ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "xray", "cognito-idp", "dynamodb", "s3"]) {
      expect(services.some((name) => name.includes(`.${service}"`)), service).toBe(true);
    }
  });
  test("gives nobody an address who does not ask for one, and logs what it refuses", () => {
    for (const [, subnet] of every(foundation, "AWS::EC2::Subnet")) expect(subnet["MapPublicIpOnLaunch"]).toBe(false);
    expect(only(foundation, "AWS::EC2::FlowLog")).toMatchObject({ TrafficType: "REJECT" });
  });
});

describe("the table", () => {
  const table = only(foundation, "AWS::DynamoDB::Table");

  test("takes an event's first minute at once, and so do its indexes, which would throttle it", () => {
    const units = ({ read, write }: { read: number; write: number }) => ({ ReadUnitsPerSecond: read, WriteUnitsPerSecond: write });
    expect(table["WarmThroughput"]).toEqual(units(sizes.event.table.warm.table));
    for (const index of table["GlobalSecondaryIndexes"] as Properties[]) {
      expect(index["WarmThroughput"]).toEqual(units(sizes.event.table.warm.index));
    }
  });
  test("is charged by request, and has a fuse", () => {
    expect(table).toMatchObject({ BillingMode: "PAY_PER_REQUEST", OnDemandThroughput: { MaxReadRequestUnits: 60_000, MaxWriteRequestUnits: 24_000 } });
  });
  test("can be restored to any second, is not deleted by mistake, and is encrypted with a key of ours", () => {
    expect(table).toMatchObject({
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: "KMS" },
    });
    expect(Object.values(foundation.findResources("AWS::DynamoDB::Table"))[0]).toMatchObject({ DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" });
  });
  test("shows rows to nobody who comes from elsewhere than the network, save the break-glass role", () => {
    const { PolicyDocument } = table["ResourcePolicy"] as { PolicyDocument: { Statement: Statement[] } };
    const [deny] = PolicyDocument.Statement;
    expect(PolicyDocument.Statement).toHaveLength(1);
    expect(deny).toMatchObject({ Effect: "Deny", Principal: { AWS: "*" } });
    expect(deny!.Condition).toMatchObject({
      StringNotEquals: { "aws:SourceVpce": { Ref: expect.stringContaining("TableEndpoint") as string } },
      ArnNotEquals: { "aws:PrincipalArn": { "Fn::GetAtt": [expect.stringContaining("BreakGlass") as string, "Arn"] } },
      BoolIfExists: { "aws:ViaAWSService": "false" },
    });
    expect(deny!.Action).toEqual(expect.arrayContaining(["dynamodb:Scan", "dynamodb:GetItem", "dynamodb:PartiQLSelect"]));
  });
  test("does not lock out who deploys it: what makes, describes and restores tables is not denied", () => {
    const { PolicyDocument } = table["ResourcePolicy"] as { PolicyDocument: { Statement: Statement[] } };
    for (const action of actions(PolicyDocument.Statement)) expect(action).not.toMatch(/Describe|Create|Update(Table|TimeTo|Cont)|Delete(Table|Resource)|Restore|\*/);
  });
  test("can be reached in an emergency for an hour, with a second factor, and somebody is told", () => {
    const role = only(foundation, "AWS::IAM::Role", "BreakGlass");
    expect(role["MaxSessionDuration"]).toBe(3600);
    expect(JSON.stringify(role["AssumeRolePolicyDocument"])).toContain('"aws:MultiFactorAuthPresent":"true"');
    expect(only(foundation, "AWS::Events::Rule")["Targets"]).toHaveLength(1);
  });
});

describe("the cache", () => {
  const cache = only(foundation, "AWS::ElastiCache::ReplicationGroup");

  test("is a cluster of three shards with a replica each in another zone, and fails over", () => {
    expect(cache).toMatchObject({
      Engine: "valkey", ClusterMode: "enabled", NumNodeGroups: 3, ReplicasPerNodeGroup: 1, CacheNodeType: "cache.r7g.large",
      AutomaticFailoverEnabled: true, MultiAZEnabled: true,
    });
  });
  test("speaks TLS alone and is encrypted at rest", () => {
    expect(cache).toMatchObject({ TransitEncryptionEnabled: true, TransitEncryptionMode: "required", AtRestEncryptionEnabled: true });
  });
  test("lets in one user, whom IAM signs in and whose name is its id, without a default user", () => {
    const user = only(foundation, "AWS::ElastiCache::User");
    expect(user).toMatchObject({ UserId: "plenary-node", UserName: "plenary-node", AuthenticationMode: { Type: "iam" }, AccessString: ACCESS });
    expect(only(foundation, "AWS::ElastiCache::UserGroup")["UserIds"]).toEqual(["plenary-node"]);
  });
  test("gives that user the keys and channels of rooms, and no command that reads, empties or changes the server", () => {
    expect(ACCESS).toMatch(/^on ~plenary:\* resetchannels &plenary:\* -@all /);
    expect(ACCESS).not.toMatch(/\+@|config|flush|keys|debug|\+cluster |\+client /);
  });
  test("is reached by nodes alone", () => {
    const inbound = every(foundation, "AWS::EC2::SecurityGroupIngress").map(([, rule]) => rule).filter((rule) => rule["FromPort"] === 6379);
    expect(inbound).toHaveLength(1);
    expect(JSON.stringify(inbound[0]!["SourceSecurityGroupId"])).toContain("NetworkNodes");
  });
});

describe("identity", () => {
  const clients = Object.fromEntries(every(foundation, "AWS::Cognito::UserPoolClient").map(([id, client]) => [id.includes("Rehearsal") ? "rehearsal" : "pages", client]));

  test("has a client for pages: without a secret, by SRP alone, telling nobody who exists", () => {
    expect(clients["pages"]).toMatchObject({
      GenerateSecret: false, ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH"], PreventUserExistenceErrors: "ENABLED", EnableTokenRevocation: true,
    });
  });
  test("gives tokens that outlast an event, or all who came together refresh together", () => {
    expect(clients["pages"]).toMatchObject({ AccessTokenValidity: 240, IdTokenValidity: 240, TokenValidityUnits: { AccessToken: "minutes", IdToken: "minutes" } });
  });
  test("takes a refresh token back once it is used", () => {
    expect(clients["pages"]!["RefreshTokenRotation"]).toMatchObject({ Feature: "ENABLED", RetryGracePeriodSeconds: 60 });
  });
  test("lets nobody but an administrator get tokens for a password, and only where there are rehearsals", () => {
    expect(clients["rehearsal"]!["ExplicitAuthFlows"]).toEqual(["ALLOW_ADMIN_USER_PASSWORD_AUTH"]);
    expect(every(template("Foundation", CLOSED), "AWS::Cognito::UserPoolClient")).toHaveLength(1);
  });
  test("has the groups that a node maps to roles by default", () => {
    const groups = every(foundation, "AWS::Cognito::UserPoolGroup").map(([, group]) => group["GroupName"] as string);
    expect(groups.sort()).toEqual(["plenary-hosts", "plenary-moderators", "plenary-speakers"]);
  });
  test("offers a second factor by an application, and is not deleted by mistake", () => {
    expect(only(foundation, "AWS::Cognito::UserPool")).toMatchObject({
      MfaConfiguration: "OPTIONAL", EnabledMfas: ["SOFTWARE_TOKEN_MFA"], DeletionProtection: "ACTIVE", UserPoolTier: "ESSENTIALS",
    });
  });
});

describe("images", () => {
  test("are never moved to another build, and are scanned", () => {
    const repositories = every(foundation, "AWS::ECR::Repository");
    expect(repositories).toHaveLength(4);
    for (const [, repository] of repositories) {
      expect(repository).toMatchObject({ ImageTagMutability: "IMMUTABLE", ImageScanningConfiguration: { ScanOnPush: true } });
    }
  });
  test("of others come through a cache whose repositories are there, so that nobody needs to create any", () => {
    const prefix = only(foundation, "AWS::ECR::PullThroughCacheRule")["EcrRepositoryPrefix"] as string;
    const names = every(foundation, "AWS::ECR::Repository").map(([, repository]) => repository["RepositoryName"] as string);
    expect(names.filter((name) => name.startsWith(`${prefix}/`))).toHaveLength(2);
    expect(actions(statements(template("Service"), "TaskExecutionRole"))).toContain("ecr:BatchImportUpstreamImage");
    expect(actions(statements(template("Service"), "TaskExecutionRole"))).not.toContain("ecr:CreateRepository");
  });
});

test("the topic of alarms takes nothing but TLS and is encrypted with a key that CloudWatch may use", () => {
  const key = JSON.stringify(every(foundation, "AWS::KMS::Key")[0]![1]["KeyPolicy"]);
  expect(only(foundation, "AWS::SNS::Topic")["KmsMasterKeyId"]).toBeDefined();
  expect(JSON.stringify(only(foundation, "AWS::SNS::TopicPolicy"))).toContain('"aws:SecureTransport":"false"');
  expect(key).toContain("cloudwatch.amazonaws.com");
});
