import { Duration, Stack } from "aws-cdk-lib";
import * as events from "aws-cdk-lib/aws-events";
import * as targets from "aws-cdk-lib/aws-events-targets";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as kms from "aws-cdk-lib/aws-kms";
import type * as sns from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { grantKeyVia } from "./names.ts";
import { ROW_ACTIONS } from "./table-access.ts";

interface Props {
  readonly name: string;
  readonly account: string;
  readonly tableArn: string;
  readonly key: kms.IKey;
  readonly topic: sns.ITopic;
}

/** The way to the rows in an emergency: for an hour, with a second factor, and everybody is told. */
export class BreakGlass extends Construct {
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, { name, account, tableArn, key, topic }: Props) {
    super(scope, id);
    this.role = new iam.Role(this, "Role", {
      roleName: `${name}BreakGlass`,
      description: "Reaches the rows of the table from outside of the network, in an emergency",
      assumedBy: new iam.AccountPrincipal(account).withConditions({ Bool: { "aws:MultiFactorAuthPresent": "true" } }),
      maxSessionDuration: Duration.hours(1),
    });
    this.role.addToPolicy(
      new iam.PolicyStatement({
        actions: [...ROW_ACTIONS, "dynamodb:DescribeTable"],
        resources: [tableArn, `${tableArn}/index/*`],
      }),
    );
    grantKeyVia(key, this.role, "dynamodb", Stack.of(this).region);
    new events.Rule(this, "Assumed", {
      description: "Somebody takes the break-glass role (needs a trail of CloudTrail)",
      eventPattern: {
        source: ["aws.sts"],
        detailType: ["AWS API Call via CloudTrail"],
        detail: { eventName: ["AssumeRole"], requestParameters: { roleArn: [this.role.roleArn] } },
      },
      targets: [new targets.SnsTopic(topic)],
    });
  }
}
