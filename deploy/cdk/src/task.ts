import { Duration } from "aws-cdk-lib";
import * as ecs from "aws-cdk-lib/aws-ecs";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as logs from "aws-cdk-lib/aws-logs";
import * as secretsmanager from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import type { Images } from "./images.ts";
import { addCollector } from "./collector.ts";
import { withoutCapabilities } from "./linux.ts";
import { containerLogs } from "./logs.ts";
import { taskRole } from "./roles.ts";
import { PORT, STOP_SECONDS, type Installation, type Size } from "./settings.ts";

/** Fargate's own limit. It need not be more: a task refuses sockets long before. */
const OPEN_FILES = 65_535;

/** The name of the container that load balancers reach. */
export const CONTAINER = "plenary";

interface Props {
  readonly installation: Installation;
  readonly size: Size;
  readonly images: Images;
  readonly environment: Record<string, string>;
  readonly logGroup: logs.ILogGroup;
}

/** One node: the server, and beside it the collector of its traces, without which it goes on. */
export class NodeTask extends Construct {
  readonly definition: ecs.FargateTaskDefinition;

  constructor(scope: Construct, id: string, private readonly props: Props) {
    super(scope, id);
    const { tasks } = props.size;
    this.definition = new ecs.FargateTaskDefinition(this, "Definition", {
      family: props.installation.name.toLowerCase(),
      cpu: tasks.vcpu * 1024,
      memoryLimitMiB: tasks.memoryGiB * 1024,
      runtimePlatform: {
        cpuArchitecture: ecs.CpuArchitecture.ARM64,
        operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
      },
      taskRole: taskRole(this, "TaskRole", "What a node may do"),
      executionRole: taskRole(this, "ExecutionRole", "Starts nodes: images, logs, secrets"),
    });
    this.addServer();
    addCollector(this, this.definition, props);
    this.protectFromScaling();
  }

  private addServer() {
    const { installation, images, environment, logGroup } = this.props;
    const container = this.definition.addContainer(CONTAINER, {
      image: ecs.ContainerImage.fromEcrRepository(images.server, installation.imageTag),
      command: ["serve"],
      essential: true,
      user: "65532:65532",
      readonlyRootFilesystem: true,
      environment,
      secrets: this.secrets(),
      linuxParameters: withoutCapabilities(this),
      stopTimeout: Duration.seconds(STOP_SECONDS),
      logging: containerLogs(logGroup, "node"),
      portMappings: [{ containerPort: PORT, name: "http" }],
      // ECS does not look at the image's own health check.
      healthCheck: {
        command: ["CMD", "/usr/local/bin/plenary", "healthcheck"],
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        retries: 3,
        startPeriod: Duration.seconds(30),
      },
      // They hold for the whole task, and the last container that sets them wins, so only this one does.
      systemControls: [
        { namespace: "net.core.somaxconn", value: "65535" },
        { namespace: "net.ipv4.tcp_keepalive_time", value: "120" },
        { namespace: "net.ipv4.ip_local_port_range", value: "1024 65535" },
      ],
    });
    container.addUlimits({ name: ecs.UlimitName.NOFILE, softLimit: OPEN_FILES, hardLimit: OPEN_FILES });
  }

  private secrets(): Record<string, ecs.Secret> {
    const name = this.props.installation.apiKeysSecret;
    if (name === undefined) return {};
    return { API_KEYS: ecs.Secret.fromSecretsManager(secretsmanager.Secret.fromSecretNameV2(this, "ApiKeys", name)) };
  }

  /** A node asks that it be left alone while it has sockets. */
  private protectFromScaling() {
    const { name, account, region } = this.props.installation;
    this.definition.addToTaskRolePolicy(
      new iam.PolicyStatement({
        actions: ["ecs:UpdateTaskProtection", "ecs:GetTaskProtection"],
        resources: [`arn:aws:ecs:${region}:${account}:task/${name}/*`],
      }),
    );
  }
}
