import { Duration } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type { Size } from "./settings.ts";
import { awsMetric, nodeMetric } from "./metrics.ts";

/** An alarm as data. What it means and what to do is in `docs/operations.md`, in the section of its name; a test compares the two. */
export interface AlarmEntry {
  readonly name: string;
  readonly metric: cloudwatch.IMetric;
  readonly threshold: number;
  /** Beyond the threshold, or below it. */
  readonly when: "above" | "below";
  /** So many of the last minutes, `[2, 3]` being two of three. */
  readonly minutes: readonly [number, number];
  /** No number is a number too: nodes that say nothing are ill, a load balancer that counted no reset is well. */
  readonly silence: "fine" | "alarm";
  /** Whether a deployment that sets it off is rolled back. */
  readonly rollsBack?: boolean;
}

/** What the nodes say of themselves. */
export function nodeAlarms(size: Size): AlarmEntry[] {
  const most = { statistic: "Maximum" };
  const sum = { statistic: "Sum" };
  return [
    {
      name: "NodesSilent",
      metric: nodeMetric("ActiveSockets", { statistic: "SampleCount" }),
      threshold: 1, when: "below", minutes: [3, 3], silence: "alarm",
    },
    {
      name: "DeliverySlow",
      metric: nodeMetric("DeliveryLatencyP99", most),
      threshold: 1, when: "above", minutes: [2, 3], silence: "fine", rollsBack: true,
    },
    {
      name: "MutationsSlow",
      metric: nodeMetric("MutationLatencyP99", most),
      threshold: 1, when: "above", minutes: [3, 5], silence: "fine",
    },
    {
      name: "MutationsFail",
      metric: new cloudwatch.MathExpression({
        label: "percent of mutations that failed by the server's fault",
        // In a quiet minute one failure is no rate.
        expression: "IF(mutations > 100, 100 * errors / mutations, errors)",
        usingMetrics: { errors: nodeMetric("MutationErrors", sum), mutations: nodeMetric("Mutations", sum) },
        period: Duration.minutes(1),
      }),
      threshold: 1, when: "above", minutes: [2, 3], silence: "fine", rollsBack: true,
    },
    {
      name: "SocketsNearCap",
      metric: nodeMetric("ActiveSockets", most),
      threshold: Math.round(size.tasks.socketsHard * 0.85), when: "above", minutes: [2, 3], silence: "fine",
    },
    {
      name: "ConnectionsRefused",
      metric: nodeMetric("ConnectionsRefused", sum),
      threshold: 100, when: "above", minutes: [2, 3], silence: "fine",
    },
    {
      name: "SlowConsumers",
      metric: nodeMetric("SlowConsumers", sum),
      threshold: Math.max(50, Math.round(size.tasks.count * size.tasks.socketsSoft * 0.005)),
      when: "above", minutes: [2, 3], silence: "fine",
    },
    {
      name: "Gaps",
      metric: nodeMetric("Gaps", sum),
      threshold: 50, when: "above", minutes: [2, 3], silence: "fine",
    },
    {
      name: "TokensRefused",
      metric: nodeMetric("AuthFailures", sum),
      threshold: Math.max(100, Math.round(size.tasks.count * size.tasks.socketsSoft * 0.01)),
      when: "above", minutes: [2, 3], silence: "fine",
    },
    {
      name: "BrokerDown",
      metric: nodeMetric("BrokerUp", { statistic: "Minimum" }),
      threshold: 1, when: "below", minutes: [2, 3], silence: "fine",
    },
    {
      name: "TableThrottled",
      metric: nodeMetric("TableThrottles", sum),
      threshold: 0, when: "above", minutes: [2, 3], silence: "fine",
    },
    {
      name: "TableFails",
      metric: nodeMetric("TableErrors", sum),
      threshold: 10, when: "above", minutes: [2, 3], silence: "fine", rollsBack: true,
    },
  ];
}

/** What the alarms outside of the nodes are about. */
export interface Resources {
  readonly clusterName: string;
  readonly serviceName: string;
  /** The load balancer and its target group, as CloudWatch names them. */
  readonly balancer: string;
  readonly targets: string;
  readonly cacheNodes: readonly string[];
  readonly userPool: string;
  readonly client: string;
}

/** What AWS says of the parts. */
export function partAlarms(resources: Resources): AlarmEntry[] {
  const service = { ClusterName: resources.clusterName, ServiceName: resources.serviceName };
  const balancer = { LoadBalancer: resources.balancer };
  const targets = { ...balancer, TargetGroup: resources.targets };
  const client = { UserPool: resources.userPool, UserPoolClient: resources.client };
  const most = { statistic: "Maximum" };
  const sum = { statistic: "Sum" };
  return [
    {
      name: "TargetsUnhealthy",
      metric: awsMetric("AWS/NetworkELB", "UnHealthyHostCount", targets, most),
      threshold: 0, when: "above", minutes: [2, 3], silence: "fine", rollsBack: true,
    },
    {
      name: "TasksMissing",
      metric: new cloudwatch.MathExpression({
        label: "tasks that should run and do not",
        expression: "desired - running",
        usingMetrics: {
          desired: awsMetric("ECS/ContainerInsights", "DesiredTaskCount", service, { statistic: "Average" }),
          running: awsMetric("ECS/ContainerInsights", "RunningTaskCount", service, { statistic: "Average" }),
        },
        period: Duration.minutes(1),
      }),
      threshold: 0, when: "above", minutes: [5, 5], silence: "alarm",
    },
    {
      name: "CpuHigh",
      metric: awsMetric("AWS/ECS", "CPUUtilization", service, most),
      threshold: 85, when: "above", minutes: [3, 5], silence: "fine",
    },
    {
      name: "MemoryHigh",
      metric: awsMetric("AWS/ECS", "MemoryUtilization", service, most),
      threshold: 80, when: "above", minutes: [3, 5], silence: "fine",
    },
    {
      name: "TargetResets",
      metric: awsMetric("AWS/NetworkELB", "TCP_Target_Reset_Count", balancer, sum),
      threshold: 1_000, when: "above", minutes: [2, 3], silence: "fine",
    },
    {
      name: "PortsExhausted",
      metric: awsMetric("AWS/NetworkELB", "PortAllocationErrorCount", balancer, sum),
      threshold: 0, when: "above", minutes: [1, 1], silence: "fine",
    },
    { name: "CacheBusy", metric: ofAny(resources.cacheNodes, "EngineCPUUtilization"), threshold: 80, when: "above", minutes: [3, 5], silence: "fine" },
    { name: "CacheEvicts", metric: ofAny(resources.cacheNodes, "Evictions"), threshold: 0, when: "above", minutes: [2, 3], silence: "fine" },
    {
      name: "SignInThrottled",
      metric: awsMetric("AWS/Cognito", "SignInThrottles", client, sum),
      threshold: 0, when: "above", minutes: [2, 3], silence: "fine",
    },
    {
      name: "RefreshThrottled",
      metric: awsMetric("AWS/Cognito", "TokenRefreshThrottles", client, sum),
      threshold: 0, when: "above", minutes: [2, 3], silence: "fine",
    },
  ];
}

/** The worst of the cache's nodes. An alarm can compute with ten metrics and with no search. */
function ofAny(nodes: readonly string[], metricName: string): cloudwatch.MathExpression {
  if (nodes.length > 10) throw new Error(`an alarm watches at most 10 nodes of the cache, and there are ${nodes.length}`);
  const one = (node: string) => awsMetric("AWS/ElastiCache", metricName, { CacheClusterId: node }, { statistic: "Maximum" });
  const usingMetrics = Object.fromEntries(nodes.map((node, at) => [`n${at}`, one(node)]));
  return new cloudwatch.MathExpression({
    label: `${metricName}, the worst node`,
    expression: "MAX(METRICS())",
    usingMetrics,
    period: Duration.minutes(1),
  });
}
