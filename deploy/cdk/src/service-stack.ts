import { CfnOutput, Duration, Tags } from "aws-cdk-lib";
import * as acm from "aws-cdk-lib/aws-certificatemanager";
import * as ec2 from "aws-cdk-lib/aws-ec2";
import * as iam from "aws-cdk-lib/aws-iam";
import * as route53 from "aws-cdk-lib/aws-route53";
import { LoadBalancerTarget } from "aws-cdk-lib/aws-route53-targets";
import type * as s3 from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { nodeAlarms, partAlarms, type Resources } from "./alarm-list.ts";
import { Alarms, alarmName } from "./alarms.ts";
import { Analytics } from "./analytics.ts";
import { privateBucket } from "./bucket.ts";
import { Budget } from "./budget.ts";
import { Cluster } from "./cluster.ts";
import { Dashboard } from "./dashboard.ts";
import type { FoundationStack } from "./foundation-stack.ts";
import { HttpLoadBalancer } from "./http-load-balancer.ts";
import { logGroup } from "./logs.ts";
import { grantKeyVia, tableNames } from "./names.ts";
import { SocketLoadBalancer } from "./network-load-balancer.ts";
import { nodeSettings, SERVICE } from "./node-settings.ts";
import { Scaling } from "./scaling.ts";
import { Service } from "./service.ts";
import type { Installation, Size } from "./settings.ts";
import { PlenaryStack } from "./stacks.ts";
import { TABLE_ACTIONS } from "./table-access.ts";
import { NodeTask } from "./task.ts";
import { WebAcl } from "./web-acl.ts";

/** What runs, and what watches it. It can be deleted and made again without losing a message. */
export class ServiceStack extends PlenaryStack {
  readonly cluster: Cluster;
  readonly alarms: Alarms;
  private readonly zone: route53.IHostedZone;
  /** The nodes' group under another handle: rules that are added to it belong to this stack, or the two would need each other. */
  private readonly nodes: ec2.ISecurityGroup;

  constructor(scope: Construct, private readonly parts: FoundationStack, private readonly its: Installation, private readonly size: Size) {
    super(scope, "Service", its, { description: "Plenary: nodes, load balancers, alarms" });
    const { hostedZoneId, zoneName } = its.domain;
    this.zone = route53.HostedZone.fromHostedZoneAttributes(this, "Zone", { hostedZoneId, zoneName });
    this.nodes = ec2.SecurityGroup.fromSecurityGroupId(this, "NodesGroup", parts.network.nodes.securityGroupId);
    this.cluster = new Cluster(this, "Cluster", { name: its.name, vpc: parts.network.vpc });
    const logs = privateBucket(this, "AccessLogs", Duration.days(size.logs.days));
    const sockets = this.socketBalancer(logs);
    const http = size.httpLoadBalancer ? this.httpBalancer(logs) : undefined;
    const { service } = new Service(this, "Nodes", {
      cluster: this.cluster.cluster,
      definition: this.task().definition,
      subnets: parts.network.inside,
      nodes: this.nodes,
      size,
      targets: sockets.targets,
      httpTargets: http?.targets,
      rollbackAlarms: this.alarmEntries(sockets).flatMap((entry) => (entry.rollsBack ? [alarmName(its.name, entry.name)] : [])),
    });
    Tags.of(service).add("Part", SERVICE);
    new Scaling(this, "Scaling", { service, size });
    this.alarms = this.watch(sockets);
    // A deployment that names alarms wants them to be there.
    service.node.addDependency(this.alarms);
    if (size.analytics) {
      new Analytics(this, "Analytics", { table: parts.table.table, key: parts.keys.key, size, keep: Duration.days(400) });
    }
    new CfnOutput(this, "Url", { value: `https://${its.domain.sockets}/` });
  }

  private task(): NodeTask {
    const { parts, its, size } = this;
    const { tableName, tableArn } = tableNames(its);
    const task = new NodeTask(this, "Task", {
      installation: its,
      size,
      images: parts.images,
      logGroup: logGroup(this, "NodeLog", size.logs, parts.keys.key),
      environment: nodeSettings({
        installation: its,
        size,
        tableName,
        redisUrl: parts.cache.redisUrl,
        redisIamCache: parts.cache.cacheId,
        issuers: parts.identity.issuers,
      }),
    });
    const role = task.definition.taskRole;
    role.addToPrincipalPolicy(
      new iam.PolicyStatement({ actions: [...TABLE_ACTIONS], resources: [tableArn, `${tableArn}/index/*`] }),
    );
    grantKeyVia(parts.keys.key, role, "dynamodb", its.region);
    parts.cache.grantConnect(role);
    return task;
  }

  private socketBalancer(logs: s3.IBucket): SocketLoadBalancer {
    const { vpc } = this.parts.network;
    const certificate = this.certificate("Certificate", this.its.domain.sockets);
    const made = new SocketLoadBalancer(this, "Sockets", { vpc, certificate, logs, nodes: this.nodes });
    this.name("Name", this.its.domain.sockets, new LoadBalancerTarget(made.balancer));
    return made;
  }

  private httpBalancer(logs: s3.IBucket): HttpLoadBalancer {
    const { network, keys, identity } = this.parts;
    const certificate = this.certificate("HttpCertificate", this.its.domain.http);
    const made = new HttpLoadBalancer(this, "Http", { vpc: network.vpc, certificate, logs, nodes: this.nodes });
    this.name("HttpName", this.its.domain.http, new LoadBalancerTarget(made.balancer));
    const acl = new WebAcl(this, "HttpAcl", { size: this.size, key: keys.key, name: `${this.its.name.toLowerCase()}-http` });
    acl.protect("Http", made.balancer.loadBalancerArn);
    const signIn = new WebAcl(this, "SignInAcl", { size: this.size, key: keys.key, name: `${this.its.name.toLowerCase()}-sign-in` });
    signIn.protect("SignIn", identity.pool.userPoolArn);
    return made;
  }

  private certificate(id: string, domainName: string): acm.Certificate {
    return new acm.Certificate(this, id, { domainName, validation: acm.CertificateValidation.fromDns(this.zone) });
  }

  private name(id: string, recordName: string, target: route53.IAliasRecordTarget) {
    new route53.ARecord(this, id, { zone: this.zone, recordName, target: route53.RecordTarget.fromAlias(target) });
  }

  private watch(sockets: SocketLoadBalancer): Alarms {
    const { its, parts } = this;
    const { name } = its;
    const alarms = new Alarms(this, "Alarms", { name, topic: parts.alarms.topic, entries: this.alarmEntries(sockets) });
    new Dashboard(this, "Dashboard", { name, resources: this.resources(sockets), tableName: tableNames(its).tableName, alarms: alarms.all });
    new Budget(this, "Budget", { name, dollars: its.monthlyBudgetDollars, emails: its.alarmEmails });
    return alarms;
  }

  private alarmEntries(sockets: SocketLoadBalancer) {
    return [...nodeAlarms(this.size), ...partAlarms(this.resources(sockets))];
  }

  private resources({ balancer, targets }: SocketLoadBalancer): Resources {
    const { cache, identity } = this.parts;
    return {
      clusterName: this.its.name,
      serviceName: SERVICE,
      balancer: balancer.loadBalancerFullName,
      targets: targets.targetGroupFullName,
      cacheNodes: cache.nodeNames,
      userPool: identity.pool.userPoolId,
      client: identity.client.userPoolClientId,
    };
  }
}
