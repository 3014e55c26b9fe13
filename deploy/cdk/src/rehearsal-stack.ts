import { CfnOutput, Duration, RemovalPolicy } from "aws-cdk-lib";
import * as ec2 from "aws-cdk-lib/aws-ec2";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { privateBucket } from "./bucket.ts";
import type { FoundationStack } from "./foundation-stack.ts";
import { LoadTask } from "./load-task.ts";
import { logGroup } from "./logs.ts";
import { SERVICE } from "./node-settings.ts";
import type { ServiceStack } from "./service-stack.ts";
import type { Installation, Size } from "./settings.ts";
import { PlenaryStack } from "./stacks.ts";

/** What a rehearsal of an event needs beside the service. Its outputs are what `npm run rehearse` reads. */
export class RehearsalStack extends PlenaryStack {
  constructor(scope: Construct, { parts, service, installation, size }: { parts: FoundationStack; service: ServiceStack; installation: Installation; size: Size }) {
    super(scope, "Rehearsal", installation, { description: "Plenary: load for a rehearsal" });
    const { vpc } = parts.network;
    // Tokens are in it while a rehearsal runs.
    const exchange = privateBucket(this, "Exchange", Duration.days(1));
    exchange.applyRemovalPolicy(RemovalPolicy.DESTROY);
    const load = new LoadTask(this, "Load", {
      installation,
      images: parts.images,
      exchange,
      logGroup: logGroup(this, "Log", { ...size.logs, days: RetentionDays.ONE_WEEK }, parts.keys.key),
    });
    const outbound = new ec2.SecurityGroup(this, "Outbound", { vpc, description: "Load makers: out alone" });
    // In public subnets, each with an address of its own: behind a NAT gateway 55,000 flows to one of the load balancer's addresses are all.
    const subnets = vpc.selectSubnets({ subnetType: ec2.SubnetType.PUBLIC }).subnetIds;
    const outputs = {
      Cluster: service.cluster.cluster.clusterName,
      Service: SERVICE,
      TaskDefinition: load.definition.taskDefinitionArn,
      Subnets: subnets.join(","),
      SecurityGroup: outbound.securityGroupId,
      Bucket: exchange.bucketName,
      UserPool: parts.identity.pool.userPoolId,
      Client: parts.identity.rehearsalClient?.userPoolClientId ?? "",
      Target: `wss://${installation.domain.sockets}/graphql`,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
