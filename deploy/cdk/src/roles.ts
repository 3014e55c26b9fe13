import * as iam from "aws-cdk-lib/aws-iam";
import { Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";

/** A role for tasks of this account and region alone; another account's tasks are not confused with ours. */
export function taskRole(scope: Construct, id: string, description: string): iam.Role {
  const { account, region } = Stack.of(scope);
  return new iam.Role(scope, id, {
    description,
    assumedBy: new iam.ServicePrincipal("ecs-tasks.amazonaws.com").withConditions({
      StringEquals: { "aws:SourceAccount": account },
      ArnLike: { "aws:SourceArn": `arn:aws:ecs:${region}:${account}:*` },
    }),
  });
}
