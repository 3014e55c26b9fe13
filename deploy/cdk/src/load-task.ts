import { Duration } from "aws-cdk-lib";
import * as ecs from "aws-cdk-lib/aws-ecs";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as logs from "aws-cdk-lib/aws-logs";
import type * as s3 from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { Images } from "./images.ts";
import { withoutCapabilities } from "./linux.ts";
import { containerLogs } from "./logs.ts";
import { taskRole } from "./roles.ts";
import type { Installation } from "./settings.ts";

/** The container whose command a rehearsal gives, and whose exit code it reads. */
export const LOAD_CONTAINER = "load";
/** The folder that the three containers of a task share. */
export const FOLDER = "/exchange";
const USER = "65532:65532";

interface Props {
  readonly installation: Installation;
  readonly images: Images;
  readonly exchange: s3.IBucket;
  readonly logGroup: logs.ILogGroup;
}

/**
 * One machine of a rehearsal: tokens come in from the bucket, load is made, the report goes out to the bucket. The load generator
 * itself knows no AWS and has no rights; the two containers about it have them.
 */
export class LoadTask extends Construct {
  readonly definition: ecs.FargateTaskDefinition;

  constructor(scope: Construct, id: string, private readonly props: Props) {
    super(scope, id);
    this.definition = new ecs.FargateTaskDefinition(this, "Definition", {
      family: `${props.installation.name.toLowerCase()}-load`,
      cpu: 2048,
      memoryLimitMiB: 8192,
      runtimePlatform: {
        cpuArchitecture: ecs.CpuArchitecture.ARM64,
        operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
      },
      taskRole: taskRole(this, "TaskRole", "Fetches tokens, leaves reports"),
      executionRole: taskRole(this, "ExecutionRole", "Starts load: images, logs"),
      volumes: [{ name: "exchange" }],
    });
    const fetch = this.copier("fetch", false);
    const load = this.load();
    const deliver = this.copier("deliver", true);
    load.addContainerDependencies({ container: fetch, condition: ecs.ContainerDependencyCondition.SUCCESS });
    deliver.addContainerDependencies({ container: load, condition: ecs.ContainerDependencyCondition.COMPLETE });
    this.grant();
  }

  private load(): ecs.ContainerDefinition {
    const { installation, images, logGroup } = this.props;
    const container = this.definition.addContainer(LOAD_CONTAINER, {
      image: ecs.ContainerImage.fromEcrRepository(images.loadTest, installation.imageTag),
      command: ["run", "--help"],
      essential: false,
      user: USER,
      readonlyRootFilesystem: true,
      linuxParameters: withoutCapabilities(this, "LoadLinux"),
      stopTimeout: Duration.seconds(30),
      logging: containerLogs(logGroup, "load"),
      // A port for each socket: all participants of a task come from one address.
      systemControls: [{ namespace: "net.ipv4.ip_local_port_range", value: "1024 65535" }],
    });
    container.addUlimits({ name: ecs.UlimitName.NOFILE, softLimit: 65_535, hardLimit: 65_535 });
    container.addMountPoints({ sourceVolume: "exchange", containerPath: FOLDER, readOnly: false });
    return container;
  }

  /** AWS's command line, told by a rehearsal what to copy. */
  private copier(name: string, essential: boolean): ecs.ContainerDefinition {
    const { images, logGroup } = this.props;
    const { repository, tag } = images.public("commandLine");
    const container = this.definition.addContainer(name, {
      image: ecs.ContainerImage.fromEcrRepository(repository, tag),
      command: ["--version"],
      essential,
      user: USER,
      readonlyRootFilesystem: true,
      linuxParameters: withoutCapabilities(this, `${name}Linux`),
      logging: containerLogs(logGroup, name),
    });
    container.addMountPoints({ sourceVolume: "exchange", containerPath: FOLDER, readOnly: false });
    return container;
  }

  private grant() {
    const { images, exchange } = this.props;
    if (this.definition.executionRole) images.grantImport(this.definition.executionRole, "commandLine");
    const allow = (action: string, path: string) => {
      this.definition.addToTaskRolePolicy(new iam.PolicyStatement({ actions: [action], resources: [exchange.arnForObjects(path)] }));
    };
    allow("s3:GetObject", "*/tokens.txt");
    allow("s3:PutObject", "*/report-*.json");
  }
}
