import { RemovalPolicy } from "aws-cdk-lib";
import * as ecs from "aws-cdk-lib/aws-ecs";
import * as kms from "aws-cdk-lib/aws-kms";
import * as logs from "aws-cdk-lib/aws-logs";
import { Size as Bytes } from "aws-cdk-lib";
import { Construct } from "constructs";
import type { Size } from "./settings.ts";

/** A log group that is kept as long as the settings say and goes with its stack. */
export function logGroup(scope: Construct, id: string, settings: Size["logs"], key: kms.IKey, name?: string): logs.LogGroup {
  return new logs.LogGroup(scope, id, {
    ...(name === undefined ? {} : { logGroupName: name }),
    retention: settings.days,
    ...(settings.customerKey ? { encryptionKey: key } : {}),
    removalPolicy: RemovalPolicy.DESTROY,
  });
}

/** A container must never wait for its log: a full buffer loses lines instead. */
export function containerLogs(group: logs.ILogGroup, prefix: string): ecs.LogDriver {
  return ecs.LogDrivers.awsLogs({
    logGroup: group,
    streamPrefix: prefix,
    mode: ecs.AwsLogDriverMode.NON_BLOCKING,
    maxBufferSize: Bytes.mebibytes(25),
  });
}
