import { Duration } from "aws-cdk-lib";
import type { ICertificate } from "aws-cdk-lib/aws-certificatemanager";
import * as ec2 from "aws-cdk-lib/aws-ec2";
import * as elb from "aws-cdk-lib/aws-elasticloadbalancingv2";
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

/** Before HTTP, where a web ACL is wanted: a network load balancer can have none. */
export class HttpLoadBalancer extends Construct {
  readonly balancer: elb.ApplicationLoadBalancer;
  readonly targets: elb.ApplicationTargetGroup;

  constructor(scope: Construct, id: string, { vpc, certificate, logs, nodes }: Props) {
    super(scope, id);
    const inbound = new ec2.SecurityGroup(this, "Inbound", { vpc, description: "HTTPS from everywhere", allowAllOutbound: false });
    inbound.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), "HTTPS");
    inbound.addEgressRule(nodes, ec2.Port.tcp(PORT), "Nodes");
    nodes.addIngressRule(inbound, ec2.Port.tcp(PORT), "HTTP");
    this.balancer = new elb.ApplicationLoadBalancer(this, "Balancer", {
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC },
      internetFacing: true,
      deletionProtection: true,
      dropInvalidHeaderFields: true,
      // A minute by default, which is shorter than an event stream may be silent; the network load balancer has 350 seconds.
      idleTimeout: Duration.seconds(350),
      securityGroup: inbound,
    });
    this.balancer.logAccessLogs(logs, "http");
    this.targets = new elb.ApplicationTargetGroup(this, "Targets", {
      vpc,
      port: PORT,
      protocol: elb.ApplicationProtocol.HTTP,
      targetType: elb.TargetType.IP,
      deregistrationDelay: DEREGISTRATION,
      healthCheck: HEALTH,
    });
    this.balancer.addListener("Https", {
      port: 443,
      protocol: elb.ApplicationProtocol.HTTPS,
      certificates: [certificate],
      sslPolicy: elb.SslPolicy.TLS13_RES,
      open: false,
      defaultTargetGroups: [this.targets],
    });
  }
}
