import * as ec2 from "aws-cdk-lib/aws-ec2";
import * as iam from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { logGroup } from "./logs.ts";
import type { Installation, Size } from "./settings.ts";
import { TABLE_ACTIONS } from "./table-access.ts";
import type * as kms from "aws-cdk-lib/aws-kms";

/** What a node calls over an interface endpoint where there is no way to the internet. */
const INTERFACES = {
  ImageIndex: ec2.InterfaceVpcEndpointAwsService.ECR,
  Images: ec2.InterfaceVpcEndpointAwsService.ECR_DOCKER,
  Logs: ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
  Secrets: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
  Traces: ec2.InterfaceVpcEndpointAwsService.XRAY,
  TokenKeys: ec2.InterfaceVpcEndpointAwsService.COGNITO_IDP,
};

interface Props {
  readonly installation: Installation;
  readonly size: Size;
  readonly key: kms.IKey;
  readonly tableArn: string;
}

/** Load balancers and load makers in public subnets, nodes and cache in private ones. */
export class Network extends Construct {
  readonly vpc: ec2.Vpc;
  /** Where the nodes and the cache are. */
  readonly inside: ec2.SubnetSelection;
  readonly tableEndpoint: ec2.GatewayVpcEndpoint;
  /** What the nodes are known by to load balancers and cache. */
  readonly nodes: ec2.SecurityGroup;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    const { installation, size } = props;
    const closed = size.natGateways === 0;
    const subnetType = closed ? ec2.SubnetType.PRIVATE_ISOLATED : ec2.SubnetType.PRIVATE_WITH_EGRESS;
    this.inside = { subnetType };
    this.vpc = new ec2.Vpc(this, "Vpc", {
      ipAddresses: ec2.IpAddresses.cidr("10.20.0.0/16"),
      availabilityZones: [...installation.availabilityZones],
      natGateways: size.natGateways,
      // It would take a function to empty the default group; nothing is ever put into it.
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        { name: "Public", subnetType: ec2.SubnetType.PUBLIC, cidrMask: 22, mapPublicIpOnLaunch: false },
        { name: "Inside", subnetType, cidrMask: 20 },
      ],
    });
    this.vpc.addFlowLog("Rejected", {
      destination: ec2.FlowLogDestination.toCloudWatchLogs(logGroup(this, "FlowLog", size.logs, props.key)),
      // What is accepted is an event's 250,000 flows; what is refused is what somebody looks for.
      trafficType: ec2.FlowLogTrafficType.REJECT,
    });
    this.nodes = new ec2.SecurityGroup(this, "Nodes", {
      vpc: this.vpc,
      description: "Nodes: in from load balancers, out to AWS and to hooks",
    });
    this.tableEndpoint = this.endpointOfTable(props.tableArn, installation.account);
    this.endpointOfImages(installation);
    if (closed) this.addInterfaces();
  }

  /** Free, and it lets nobody carry rows to a table of another account. */
  private endpointOfTable(tableArn: string, account: string): ec2.GatewayVpcEndpoint {
    const endpoint = this.vpc.addGatewayEndpoint("TableEndpoint", { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB });
    endpoint.addToPolicy(
      new iam.PolicyStatement({
        sid: "ThisTableAlone",
        principals: [new iam.AnyPrincipal()],
        actions: [...TABLE_ACTIONS],
        resources: [tableArn, `${tableArn}/index/*`],
        conditions: { StringEquals: { "aws:PrincipalAccount": account } },
      }),
    );
    return endpoint;
  }

  /** Layers of images are objects of AWS's own bucket; everything else in S3 is this account's. */
  private endpointOfImages({ account, region }: Installation) {
    const endpoint = this.vpc.addGatewayEndpoint("ObjectEndpoint", { service: ec2.GatewayVpcEndpointAwsService.S3 });
    endpoint.addToPolicy(
      new iam.PolicyStatement({
        sid: "LayersOfImages",
        principals: [new iam.AnyPrincipal()],
        actions: ["s3:GetObject"],
        resources: [`arn:aws:s3:::prod-${region}-starport-layer-bucket/*`],
      }),
    );
    endpoint.addToPolicy(
      new iam.PolicyStatement({
        sid: "BucketsOfThisAccount",
        principals: [new iam.AnyPrincipal()],
        actions: ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListBucket", "s3:GetBucketLocation"],
        resources: ["*"],
        conditions: { StringEquals: { "aws:PrincipalAccount": account, "aws:ResourceAccount": account } },
      }),
    );
  }

  private addInterfaces() {
    const inbound = new ec2.SecurityGroup(this, "Endpoints", { vpc: this.vpc, description: "Endpoints: nodes alone", allowAllOutbound: false });
    inbound.addIngressRule(this.nodes, ec2.Port.tcp(443), "Nodes");
    for (const [id, service] of Object.entries(INTERFACES)) {
      this.vpc.addInterfaceEndpoint(id, { service, subnets: this.inside, privateDnsEnabled: true, open: false, securityGroups: [inbound] });
    }
  }
}
