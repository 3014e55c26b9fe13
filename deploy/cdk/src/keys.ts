import { RemovalPolicy } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as kms from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";

/** The installation's own key, for the table, the cache, logs and the topic of alarms. */
export class Keys extends Construct {
  readonly key: kms.Key;

  constructor(scope: Construct, id: string, installation: { name: string; account: string; region: string }) {
    super(scope, id);
    const { name, account, region } = installation;
    this.key = new kms.Key(this, "Key", {
      alias: `alias/${name.toLowerCase()}`,
      description: `${name}: table, cache, logs, alarms`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.allow("Logs", `logs.${region}.amazonaws.com`, {
      ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:${region}:${account}:log-group:*` },
    });
    // AWS's own key for topics lets no alarm and no rule publish.
    this.allow("Alarms", "cloudwatch.amazonaws.com", { StringEquals: { "aws:SourceAccount": account } });
    this.allow("Events", "events.amazonaws.com", { StringEquals: { "aws:SourceAccount": account } });
    this.allow("Budget", "budgets.amazonaws.com", { StringEquals: { "aws:SourceAccount": account } });
  }

  private allow(sid: string, service: string, conditions: Record<string, Record<string, string>>) {
    this.key.addToResourcePolicy(
      new iam.PolicyStatement({
        sid,
        principals: [new iam.ServicePrincipal(service)],
        actions: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*", "kms:DescribeKey"],
        resources: ["*"],
        conditions,
      }),
    );
  }
}
