import { Port, SecurityGroup } from "aws-cdk-lib/aws-ec2";
import * as elasticache from "aws-cdk-lib/aws-elasticache";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as kms from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import { logGroup } from "./logs.ts";
import type { Network } from "./network.ts";
import type { Size } from "./settings.ts";

/**
 * What a node says to Valkey, and all that it may: publish and subscribe to rooms, and run the script of the limiter, whose four
 * commands are asked about one by one. A test gives a server this list and sees that a node misses nothing.
 */
export const COMMANDS = [
  "hello", "ping", "echo", "cluster|slots", "client|setinfo",
  "ssubscribe", "sunsubscribe", "spublish",
  "eval", "get", "set", "pttl", "time",
] as const;

/** Keys and channels of the rooms alone. */
export const ACCESS = `on ~plenary:* resetchannels &plenary:* -@all ${COMMANDS.map((command) => `+${command}`).join(" ")}`;

const USER = "plenary-node";
const PORT = 6379;

interface Props {
  readonly name: string;
  readonly size: Size;
  readonly network: Network;
  readonly key: kms.IKey;
  readonly topicArn: string;
}

/** Valkey in cluster mode: nothing in it that could not be lost, so there is no backup. */
export class Cache extends Construct {
  /** What `REDIS_IAM_CACHE` is: the id of the replication group, in the lower case in which tokens are signed. */
  readonly cacheId: string;
  readonly redisUrl: string;
  readonly replicationGroupArn: string;
  private readonly arns: readonly string[];
  private readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, private readonly props: Props) {
    super(scope, id);
    const { network } = props;
    this.cacheId = `${props.name.toLowerCase()}-rooms`;
    this.securityGroup = new SecurityGroup(this, "Inbound", {
      vpc: network.vpc,
      description: "Valkey: nodes alone",
      allowAllOutbound: false,
    });
    this.securityGroup.addIngressRule(network.nodes, Port.tcp(PORT), "Nodes");
    const group = this.replicationGroup(this.userGroup());
    this.redisUrl = `rediss://${USER}@${group.attrConfigurationEndPointAddress}:${PORT}`;
    const arn = (kind: string, name: string) =>
      `arn:aws:elasticache:${group.stack.region}:${group.stack.account}:${kind}:${name}`;
    this.replicationGroupArn = arn("replicationgroup", this.cacheId);
    this.arns = [this.replicationGroupArn, arn("user", USER)];
  }

  /** Lets the role sign in as the one user. */
  grantConnect(role: iam.IRole) {
    role.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ["elasticache:Connect"], resources: [...this.arns] }));
  }

  /** The nodes, as ElastiCache names them and CloudWatch their metrics. */
  get nodeNames(): string[] {
    const { shards, replicas } = this.props.size.cache;
    const shardNames = Array.from({ length: shards }, (_, at) => `${this.cacheId}-${String(at + 1).padStart(4, "0")}`);
    return shardNames.flatMap((shard) => Array.from({ length: replicas + 1 }, (_, at) => `${shard}-${String(at + 1).padStart(3, "0")}`));
  }

  /** A user group of Valkey needs no default user, so there is none and nobody gets in without a name. */
  private userGroup(): elasticache.CfnUserGroup {
    const user = new elasticache.CfnUser(this, "User", {
      userId: USER,
      // IAM signs for a user whose name is its id.
      userName: USER,
      engine: "valkey",
      accessString: ACCESS,
      authenticationMode: { Type: "iam" },
    });
    const group = new elasticache.CfnUserGroup(this, "Users", {
      userGroupId: `${this.cacheId}-users`,
      engine: "valkey",
      userIds: [USER],
    });
    group.addResourceDependency(user);
    return group;
  }

  private replicationGroup(users: elasticache.CfnUserGroup): elasticache.CfnReplicationGroup {
    const { network, size, key, topicArn } = this.props;
    const subnets = new elasticache.CfnSubnetGroup(this, "Subnets", {
      description: "Private subnets",
      subnetIds: network.vpc.selectSubnets(network.inside).subnetIds,
    });
    const group = new elasticache.CfnReplicationGroup(this, "Rooms", {
      replicationGroupId: this.cacheId,
      replicationGroupDescription: "Carries the entries of rooms from node to node, and counts rates",
      engine: "valkey",
      engineVersion: "8.1",
      cacheNodeType: size.cache.nodeType,
      cacheParameterGroupName: "default.valkey8.cluster.on",
      clusterMode: "enabled",
      numNodeGroups: size.cache.shards,
      replicasPerNodeGroup: size.cache.replicas,
      automaticFailoverEnabled: true,
      multiAzEnabled: size.cache.replicas > 0,
      transitEncryptionEnabled: true,
      transitEncryptionMode: "required",
      atRestEncryptionEnabled: true,
      kmsKeyId: key.keyArn,
      userGroupIds: [users.userGroupId],
      cacheSubnetGroupName: subnets.ref,
      securityGroupIds: [this.securityGroup.securityGroupId],
      port: PORT,
      autoMinorVersionUpgrade: true,
      preferredMaintenanceWindow: "tue:03:00-tue:04:00",
      notificationTopicArn: topicArn,
      logDeliveryConfigurations: [this.logTo("slow-log"), this.logTo("engine-log")],
    });
    group.addResourceDependency(users);
    return group;
  }

  private logTo(logType: "slow-log" | "engine-log"): elasticache.CfnReplicationGroup.LogDeliveryConfigurationRequestProperty {
    const { size, key } = this.props;
    const group = logGroup(this, logType === "slow-log" ? "SlowLog" : "EngineLog", size.logs, key);
    return {
      logType,
      logFormat: "json",
      destinationType: "cloudwatch-logs",
      destinationDetails: { cloudWatchLogsDetails: { logGroup: group.logGroupName } },
    };
  }
}
