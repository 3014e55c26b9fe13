import type * as ec2 from "aws-cdk-lib/aws-ec2";
import * as ecs from "aws-cdk-lib/aws-ecs";
import { Construct } from "constructs";

/** Where the nodes run. Container Insights, enhanced, has the numbers of each task. */
export class Cluster extends Construct {
  readonly cluster: ecs.Cluster;

  constructor(scope: Construct, id: string, { name, vpc }: { name: string; vpc: ec2.IVpc }) {
    super(scope, id);
    this.cluster = new ecs.Cluster(this, "Cluster", {
      clusterName: name,
      vpc,
      containerInsightsV2: ecs.ContainerInsights.ENHANCED,
      enableFargateCapacityProviders: true,
    });
  }
}
