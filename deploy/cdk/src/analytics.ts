import { Duration, Stack } from "aws-cdk-lib";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as iam from "aws-cdk-lib/aws-iam";
import * as firehose from "aws-cdk-lib/aws-kinesisfirehose";
import type * as kms from "aws-cdk-lib/aws-kms";
import type * as logs from "aws-cdk-lib/aws-logs";
import * as pipes from "aws-cdk-lib/aws-pipes";
import * as sqs from "aws-cdk-lib/aws-sqs";
import type * as s3 from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { privateBucket } from "./bucket.ts";
import { logGroup } from "./logs.ts";
import { grantKeyVia } from "./names.ts";
import type { Size } from "./settings.ts";

interface Props {
  readonly table: dynamodb.Table;
  readonly key: kms.IKey;
  readonly size: Size;
  readonly keep: Duration;
}

/** Every change of the table, old and new image, to S3 as JSON Lines, beside the nodes and without their knowledge. */
export class Analytics extends Construct {
  constructor(scope: Construct, id: string, { table, key, size, keep }: Props) {
    super(scope, id);
    const bucket = privateBucket(this, "Changes", keep);
    const log = logGroup(this, "Log", size.logs, key);
    const delivery = this.delivery(bucket, log, key);
    const failed = new sqs.Queue(this, "Failed", {
      encryption: sqs.QueueEncryption.KMS,
      encryptionMasterKey: key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    this.pipe(table, delivery.attrArn, failed, key);
  }

  private pipe(table: dynamodb.Table, deliveryArn: string, failed: sqs.Queue, key: kms.IKey) {
    const streamArn = table.tableStreamArn ?? "";
    const role = serviceRole(this, "PipeRole", "pipes.amazonaws.com");
    const allow = (actions: string[], resources: string[]) => role.addToPolicy(new iam.PolicyStatement({ actions, resources }));
    allow(["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"], [streamArn]);
    allow(["dynamodb:ListStreams"], ["*"]);
    allow(["firehose:PutRecordBatch"], [deliveryArn]);
    allow(["sqs:SendMessage"], [failed.queueArn]);
    const { region } = Stack.of(this);
    grantKeyVia(key, role, "dynamodb", region);
    grantKeyVia(key, role, "sqs", region);
    const pipe = new pipes.CfnPipe(this, "Pipe", {
      roleArn: role.roleArn,
      source: streamArn,
      sourceParameters: {
        dynamoDbStreamParameters: {
          startingPosition: "LATEST",
          batchSize: 100,
          maximumBatchingWindowInSeconds: 5,
          maximumRetryAttempts: 10,
          onPartialBatchItemFailure: "AUTOMATIC_BISECT",
          deadLetterConfig: { arn: failed.queueArn },
        },
      },
      target: deliveryArn,
    });
    pipe.node.addDependency(role);
  }

  private delivery(bucket: s3.Bucket, log: logs.LogGroup, key: kms.IKey): firehose.CfnDeliveryStream {
    const role = serviceRole(this, "DeliveryRole", "firehose.amazonaws.com");
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ["s3:AbortMultipartUpload", "s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:PutObject"],
        resources: [bucket.bucketArn, bucket.arnForObjects("*")],
      }),
    );
    role.addToPolicy(new iam.PolicyStatement({ actions: ["logs:PutLogEvents"], resources: [log.logGroupArn] }));
    const stream = new firehose.CfnDeliveryStream(this, "Delivery", {
      deliveryStreamType: "DirectPut",
      deliveryStreamEncryptionConfigurationInput: { keyType: "CUSTOMER_MANAGED_CMK", keyArn: key.keyArn },
      extendedS3DestinationConfiguration: {
        bucketArn: bucket.bucketArn,
        roleArn: role.roleArn,
        compressionFormat: "GZIP",
        bufferingHints: { intervalInSeconds: 300, sizeInMBs: 64 },
        prefix: "changes/!{timestamp:yyyy/MM/dd/HH}/",
        errorOutputPrefix: "failed/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/",
        processingConfiguration: { enabled: true, processors: [{ type: "AppendDelimiterToRecord" }] },
        cloudWatchLoggingOptions: { enabled: true, logGroupName: log.logGroupName, logStreamName: "delivery" },
      },
    });
    stream.node.addDependency(role);
    return stream;
  }
}

function serviceRole(scope: Construct, id: string, service: string): iam.Role {
  const { account } = Stack.of(scope);
  return new iam.Role(scope, id, {
    assumedBy: new iam.ServicePrincipal(service).withConditions({ StringEquals: { "aws:SourceAccount": account } }),
  });
}
