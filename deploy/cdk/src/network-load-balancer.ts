import * as ec2 from "aws-cdk-lib/aws-ec2";
import * as elb from "aws-cdk-lib/aws-elasticloadbalancingv2";
import type { ICertificate } from "aws-cdk-lib/aws-certificatemanager";
import type * as s3 from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { PORT } from "./settings.ts";
import { DEREGISTRATION, HEALTH } from "./target.ts";

interface Props {
  readonly vpc: ec2.IVpc;
  readonly certificate: ICertificate;
  readonly logs: s3.IBucket;
  readonly nodes: ec2.ISecurityGroup;
}

/** Before the sockets. It takes any surge at once, and never scales in under open sockets. */
export class SocketLoadBalancer extends Construct {
  readonly balancer: elb.NetworkLoadBalancer;
  readonly targets: elb.NetworkTargetGroup;

  constructor(scope: Construct, id: string, { vpc, certificate, logs, nodes }: Props) {
    super(scope, id);
    const inbound = new ec2.SecurityGroup(this, "Inbound", { vpc, description: "TLS from everywhere", allowAllOutbound: false });
    inbound.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), "TLS");
    inbound.addEgressRule(nodes, ec2.Port.tcp(PORT), "Nodes");
    nodes.addIngressRule(inbound, ec2.Port.tcp(PORT), "Sockets");
    this.balancer = new elb.NetworkLoadBalancer(this, "Balancer", {
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC },
      internetFacing: true,
      // Without it the zones' shares of sockets are what DNS makes them.
      crossZoneEnabled: true,
      deletionProtection: true,
      securityGroups: [inbound],
    });
    this.balancer.logAccessLogs(logs, "sockets");
    this.targets = this.targetGroup(vpc);
    this.balancer.addListener("Tls", {
      port: 443,
      protocol: elb.Protocol.TLS,
      certificates: [certificate],
      sslPolicy: elb.SslPolicy.TLS13_RES,
      // A WebSocket begins as an upgrade of HTTP/1.1.
      alpnPolicy: elb.AlpnPolicy.HTTP1_ONLY,
      defaultTargetGroups: [this.targets],
    });
  }

  private targetGroup(vpc: ec2.IVpc): elb.NetworkTargetGroup {
    const targets = new elb.NetworkTargetGroup(this, "Targets", {
      vpc,
      port: PORT,
      protocol: elb.Protocol.TCP,
      targetType: elb.TargetType.IP,
      // Limits by address need it, and without it 55,000 flows from one of the balancer's addresses to one task are all.
      preserveClientIp: true,
      deregistrationDelay: DEREGISTRATION,
      // The node closes its sockets itself, spread, with a code; the balancer would reset them all.
      connectionTermination: false,
      healthCheck: HEALTH,
    });
    // True by default: one failed check would reset every socket of a task.
    targets.setAttribute("target_health_state.unhealthy.connection_termination.enabled", "false");
    return targets;
  }
}
