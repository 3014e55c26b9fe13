import { Duration } from "aws-cdk-lib";
import type * as ec2 from "aws-cdk-lib/aws-ec2";
import * as ecs from "aws-cdk-lib/aws-ecs";
import type * as elb from "aws-cdk-lib/aws-elasticloadbalancingv2";
import { Construct } from "constructs";
import { SERVICE } from "./node-settings.ts";
import type { Size } from "./settings.ts";
import { CONTAINER } from "./task.ts";

interface Props {
  readonly cluster: ecs.ICluster;
  readonly definition: ecs.FargateTaskDefinition;
  readonly subnets: ec2.SubnetSelection;
  readonly nodes: ec2.ISecurityGroup;
  readonly size: Size;
  readonly targets: elb.NetworkTargetGroup;
  readonly httpTargets: elb.ApplicationTargetGroup | undefined;
  /** The names of the alarms that roll a deployment back. */
  readonly rollbackAlarms: readonly string[];
}

/** The nodes as one service behind both load balancers. */
export class Service extends Construct {
  readonly service: ecs.FargateService;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    this.service = new ecs.FargateService(this, "Service", {
      serviceName: SERVICE,
      cluster: props.cluster,
      taskDefinition: props.definition,
      desiredCount: props.size.tasks.count,
      capacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1 }],
      platformVersion: ecs.FargatePlatformVersion.VERSION1_4,
      vpcSubnets: props.subnets,
      securityGroups: [props.nodes],
      assignPublicIp: false,
      // All new tasks are healthy before an old one drains, so a deployment costs each participant one reconnect.
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { enable: true, rollback: true },
      deploymentAlarms: { alarmNames: [...props.rollbackAlarms], behavior: ecs.AlarmBehavior.ROLLBACK_ON_ALARM },
      // Enabled unless it is said: it stops healthy tasks, sockets and all, to balance zones.
      availabilityZoneRebalancing: ecs.AvailabilityZoneRebalancing.DISABLED,
      healthCheckGracePeriod: Duration.seconds(60),
      enableExecuteCommand: false,
      enableECSManagedTags: true,
      propagateTags: ecs.PropagatedTagSource.SERVICE,
    });
    const target = { containerName: CONTAINER };
    props.targets.addTarget(this.service.loadBalancerTarget(target));
    props.httpTargets?.addTarget(this.service.loadBalancerTarget(target));
  }
}
