import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import type { Resources } from "./alarm-list.ts";
import { awsMetric, nodeMetric } from "./metrics.ts";

interface Props {
  readonly name: string;
  readonly resources: Resources;
  readonly tableName: string;
  readonly alarms: readonly cloudwatch.IAlarm[];
}

const HALF = 12;
const sum = { statistic: "Sum" };
const most = { statistic: "Maximum" };

/** One page, read from above: is something wrong, do people notice, what carries it. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, { name, resources, tableName, alarms }: Props) {
    super(scope, id);
    const page = new cloudwatch.Dashboard(this, "Page", { dashboardName: name });
    page.addWidgets(new cloudwatch.AlarmStatusWidget({ title: "Alarms", alarms: [...alarms], width: 24, height: 4 }));
    page.addWidgets(...whatPeopleNotice(resources));
    page.addWidgets(...whatIsSent());
    page.addWidgets(...whatIsRefused());
    page.addWidgets(...whatCarriesIt(resources, tableName));
    page.addWidgets(...whatItCosts(resources));
  }
}

function whatPeopleNotice({ balancer }: Resources): cloudwatch.IWidget[] {
  return [
    graph("Sockets: what the nodes count and what the load balancer does; a gap is a leak", [
      nodeMetric("ActiveSockets", { ...sum, label: "nodes" }),
      awsMetric("AWS/NetworkELB", "ActiveFlowCount_TLS", { LoadBalancer: balancer }, { statistic: "Average", label: "load balancer" }),
    ]),
    graph("Seconds, the worst node's p99", [
      nodeMetric("DeliveryLatencyP99", { ...most, label: "publish to socket" }),
      nodeMetric("MutationLatencyP99", { ...most, label: "mutation" }),
    ]),
  ];
}

function whatIsSent(): cloudwatch.IWidget[] {
  return [
    graph("Frames a minute", [nodeMetric("MessagesSent", sum)]),
    graph("Bytes a minute: the bill", [nodeMetric("BytesSent", sum)]),
    graph("Mutations a minute", [nodeMetric("Mutations", sum), nodeMetric("MutationErrors", sum)]),
    graph("Connections, subscriptions, open rooms", [
      nodeMetric("Connections", sum),
      nodeMetric("Subscriptions", sum),
      nodeMetric("OpenRooms", most),
    ]),
  ];
}

function whatIsRefused(): cloudwatch.IWidget[] {
  return [
    graph("Refused and closed a minute", [
      nodeMetric("ConnectionsRefused", sum),
      nodeMetric("RateLimited", sum),
      nodeMetric("AuthFailures", sum),
      nodeMetric("SlowConsumers", sum),
    ]),
    graph("The log: what is lost sight of and read again", [nodeMetric("Gaps", sum), nodeMetric("Voids", sum)]),
  ];
}

function whatCarriesIt({ cacheNodes }: Resources, tableName: string): cloudwatch.IWidget[] {
  const ofCache = (metric: string) =>
    cacheNodes.map((node) => awsMetric("AWS/ElastiCache", metric, { CacheClusterId: node }, { statistic: "Maximum", label: node }));
  const ofTable = (metric: string) => awsMetric("AWS/DynamoDB", metric, { TableName: tableName }, sum);
  return [
    graph("Broker: 1 is up", [nodeMetric("BrokerUp", { statistic: "Minimum" })]),
    graph("Valkey: CPU percent of the engine", ofCache("EngineCPUUtilization")),
    graph("Valkey: bytes out a minute", ofCache("NetworkBytesOut")),
    graph("Valkey: connections", ofCache("CurrConnections")),
    graph("Table: units a minute", [ofTable("ConsumedReadCapacityUnits"), ofTable("ConsumedWriteCapacityUnits")]),
    graph("Table: throttled and failed", [nodeMetric("TableThrottles", sum), nodeMetric("TableErrors", sum)]),
  ];
}

function whatItCosts({ clusterName, serviceName, balancer }: Resources): cloudwatch.IWidget[] {
  const service = { ClusterName: clusterName, ServiceName: serviceName };
  return [
    graph("Tasks: CPU and memory in percent", [
      awsMetric("AWS/ECS", "CPUUtilization", service, most),
      awsMetric("AWS/ECS", "MemoryUtilization", service, most),
    ]),
    graph("Nodes: CPU seconds a minute, and the largest node's resident bytes", [nodeMetric("CpuSeconds", sum)], [nodeMetric("ResidentBytes", most)]),
    graph("Load balancer: capacity units and resets", [
      awsMetric("AWS/NetworkELB", "ConsumedLCUs", { LoadBalancer: balancer }, { statistic: "Average" }),
      awsMetric("AWS/NetworkELB", "TCP_Target_Reset_Count", { LoadBalancer: balancer }, sum),
    ]),
    graph("Running tasks", [awsMetric("ECS/ContainerInsights", "RunningTaskCount", service, { statistic: "Average" })]),
  ];
}

function graph(title: string, left: cloudwatch.IMetric[], right: cloudwatch.IMetric[] = []): cloudwatch.GraphWidget {
  return new cloudwatch.GraphWidget({ title, left, right, width: HALF, leftYAxis: { min: 0 } });
}
