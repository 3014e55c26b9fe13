import { Duration } from "aws-cdk-lib";
import * as ecs from "aws-cdk-lib/aws-ecs";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as logs from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { Images } from "./images.ts";
import { withoutCapabilities } from "./linux.ts";
import { containerLogs } from "./logs.ts";

/** Spans come in over OTLP, go out to X-Ray in batches, and are dropped rather than kept without bound. */
const CONFIGURATION = `
extensions:
  health_check: {}
receivers:
  otlp:
    protocols:
      http:
        endpoint: 127.0.0.1:4318
processors:
  memory_limiter:
    check_interval: 1s
    limit_mib: 100
  batch:
    timeout: 5s
exporters:
  awsxray: {}
service:
  extensions: [health_check]
  pipelines:
    traces:
      receivers: [otlp]
      processors: [memory_limiter, batch]
      exporters: [awsxray]
`.trimStart();

interface Props {
  readonly images: Images;
  readonly logGroup: logs.ILogGroup;
}

/** AWS's build of the OpenTelemetry collector. The task outlives it, and it is started again. */
export function addCollector(scope: Construct, definition: ecs.FargateTaskDefinition, { images, logGroup }: Props) {
  const { repository, tag } = images.public("collector");
  definition.addContainer("collector", {
    image: ecs.ContainerImage.fromEcrRepository(repository, tag),
    essential: false,
    enableRestartPolicy: true,
    restartAttemptPeriod: Duration.minutes(1),
    cpu: 64,
    memoryLimitMiB: 160,
    user: "65532:65532",
    readonlyRootFilesystem: true,
    linuxParameters: withoutCapabilities(scope, "CollectorLinux"),
    environment: { AOT_CONFIG_CONTENT: CONFIGURATION },
    logging: containerLogs(logGroup, "collector"),
  });
  if (definition.executionRole) images.grantImport(definition.executionRole, "collector");
  definition.addToTaskRolePolicy(
    new iam.PolicyStatement({
      actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
      // These know no resources.
      resources: ["*"],
    }),
  );
}
