import * as fis from "aws-cdk-lib/aws-fis";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as kms from "aws-cdk-lib/aws-kms";
import { Stack } from "aws-cdk-lib";
import { Construct } from "constructs";
import { logGroup } from "./logs.ts";
import { SERVICE } from "./node-settings.ts";
import type { Installation, Size } from "./settings.ts";

interface Props {
  readonly installation: Installation;
  readonly size: Size;
  readonly key: kms.IKey;
  readonly clusterArn: string;
  readonly cacheArn: string;
  readonly subnetArns: readonly string[];
  /** What ends an experiment: people notice. */
  readonly stopAlarmArn: string;
}

type Template = Pick<fis.CfnExperimentTemplateProps, "description" | "targets" | "actions">;

/** Experiments of the Fault Injection Service. Each says what should happen, and ends when people notice too much. */
export class Chaos extends Construct {
  private readonly role: iam.Role;
  private readonly logArn: string;

  constructor(scope: Construct, id: string, private readonly props: Props) {
    super(scope, id);
    const { size, key, installation } = props;
    this.role = this.experimenter();
    const log = logGroup(this, "Log", size.logs, key, `/plenary/${installation.name}/experiments`);
    this.logArn = log.logGroupArn;
    const zone = installation.availabilityZones[0] ?? "";
    this.template("LoseTasks", loseTasks(installation.name));
    this.template("LosePowerOfCache", losePowerOfCache(props.cacheArn, zone));
    this.template("LoseZone", loseZone(props.subnetArns, zone));
  }

  private template(id: string, template: Template) {
    const { installation, stopAlarmArn } = this.props;
    const made = new fis.CfnExperimentTemplate(this, id, {
      ...template,
      roleArn: this.role.roleArn,
      stopConditions: [{ source: "aws:cloudwatch:alarm", value: stopAlarmArn }],
      logConfiguration: { logSchemaVersion: 2, cloudWatchLogsConfiguration: { LogGroupArn: this.logArn } },
      experimentOptions: { accountTargeting: "single-account", emptyTargetResolutionMode: "fail" },
      tags: { Name: `${installation.name}-${id}` },
    });
    made.node.addDependency(this.role);
  }

  private experimenter(): iam.Role {
    const { account, region } = Stack.of(this);
    const role = new iam.Role(this, "Role", {
      description: "Breaks things on purpose",
      assumedBy: new iam.ServicePrincipal("fis.amazonaws.com").withConditions({
        StringEquals: { "aws:SourceAccount": account },
        ArnLike: { "aws:SourceArn": `arn:aws:fis:${region}:${account}:experiment/*` },
      }),
      // Making and removing network ACLs takes a dozen actions, which AWS keeps in one policy.
      managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName("service-role/AWSFaultInjectionSimulatorNetworkAccess")],
    });
    const { clusterArn, cacheArn } = this.props;
    const tasks = `${clusterArn.replace(":cluster/", ":task/")}/*`;
    const allow = (actions: string[], resources: string[], conditions = {}) =>
      role.addToPolicy(new iam.PolicyStatement({ actions, resources, conditions }));
    allow(["ecs:StopTask", "ecs:DescribeTasks"], [tasks]);
    allow(["ecs:ListTasks"], ["*"], { ArnEquals: { "ecs:cluster": clusterArn } });
    allow(["elasticache:InterruptClusterAzPower", "elasticache:DescribeReplicationGroups"], [cacheArn]);
    // Finding by tag and delivering logs know no resources.
    allow(["tag:GetResources", "logs:CreateLogDelivery", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups"], ["*"]);
    return role;
  }
}

function loseTasks(project: string): Template {
  return {
    description: "30 % of the nodes at once: within a minute 99.9 % of their participants are back, without a gap",
    targets: {
      nodes: {
        resourceType: "aws:ecs:task",
        // The service gives its tags to its tasks.
        resourceTags: { Project: project, Part: SERVICE },
        selectionMode: "PERCENT(30)",
      },
    },
    actions: { stop: { actionId: "aws:ecs:stop-task", targets: { Tasks: "nodes" } } },
  };
}

function losePowerOfCache(cacheArn: string, zone: string): Template {
  return {
    description: "A zone of the cache without power: delivery goes on through the table, nothing is lost",
    targets: {
      cache: {
        resourceType: "aws:elasticache:replicationgroup",
        resourceArns: [cacheArn],
        selectionMode: "ALL",
        parameters: { availabilityZoneIdentifier: zone },
      },
    },
    actions: {
      interrupt: {
        actionId: "aws:elasticache:replicationgroup-interrupt-az-power",
        parameters: { duration: "PT10M" },
        targets: { ReplicationGroups: "cache" },
      },
    },
  };
}

function loseZone(subnetArns: readonly string[], zone: string): Template {
  return {
    description: "A zone without network: its participants are back on the nodes of the others",
    targets: {
      subnets: {
        resourceType: "aws:ec2:subnet",
        resourceArns: [...subnetArns],
        filters: [{ path: "AvailabilityZone", values: [zone] }],
        selectionMode: "ALL",
      },
    },
    actions: {
      cut: {
        actionId: "aws:network:disrupt-connectivity",
        parameters: { duration: "PT10M", scope: "all" },
        targets: { Subnets: "subnets" },
      },
    },
  };
}
