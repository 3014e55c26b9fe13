import type * as kms from "aws-cdk-lib/aws-kms";
import * as iam from "aws-cdk-lib/aws-iam";
import type { Installation } from "./settings.ts";

/** The table's name, which several stacks and the endpoint's policy must know before it exists. */
export function tableNames({ name, account, region }: Installation): { tableName: string; tableArn: string } {
  const tableName = name.toLowerCase();
  return { tableName, tableArn: `arn:aws:dynamodb:${region}:${account}:table/${tableName}` };
}

/** Lets a role use the key by way of one service, and for nothing else. */
export function grantKeyVia(key: kms.IKey, role: iam.IRole, service: string, region: string) {
  role.addToPrincipalPolicy(
    new iam.PolicyStatement({
      actions: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"],
      resources: [key.keyArn],
      conditions: { StringEquals: { "kms:ViaService": `${service}.${region}.amazonaws.com` } },
    }),
  );
}
