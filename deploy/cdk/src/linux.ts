import * as ecs from "aws-cdk-lib/aws-ecs";
import type { Construct } from "constructs";

/** No container needs any capability of Linux. */
export function withoutCapabilities(scope: Construct, id = "Linux"): ecs.LinuxParameters {
  const linux = new ecs.LinuxParameters(scope, id);
  linux.dropCapabilities(ecs.Capability.ALL);
  return linux;
}
