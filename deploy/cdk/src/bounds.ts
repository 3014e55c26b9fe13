import * as iam from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { deliveryRoleName } from "./delivery.ts";
import type { Installation } from "./settings.ts";

/** The services whose resources are in the stacks, by the names that IAM has for them. A test holds it to the templates. */
export const SERVICES = [
  "acm", "application-autoscaling", "budgets", "cloudformation", "cloudwatch", "cognito-idp", "dynamodb", "ec2", "ecr", "ecs",
  "elasticache", "elasticloadbalancing", "events", "firehose", "fis", "kms", "logs", "pipes", "route53", "s3", "sns", "sqs",
  "ssm", "wafv2",
] as const;

/** What no role of the stacks may exceed, whatever a template says: to work, and nothing about who may what. */
export const ROLE_SERVICES = [
  "dynamodb", "ec2", "ecr", "ecs", "elasticache", "firehose", "kms", "logs", "s3", "secretsmanager", "sqs", "tag", "xray",
] as const;

/** The names of both policies, which the bootstrap and the roles are given. */
export function boundNames(name: string): { execution: string; boundary: string } {
  return { execution: `${name}Execution`, boundary: `${name}Boundary` };
}

/**
 * What keeps a template from being a way to more rights: CloudFormation may make the resources of these services, and roles only
 * under a boundary. It is deployed by a person, before the bootstrap is told of it.
 */
export class Bounds extends Construct {
  constructor(scope: Construct, id: string, installation: Installation) {
    super(scope, id);
    const { execution, boundary } = boundNames(installation.name);
    const boundaryPolicy = new iam.ManagedPolicy(this, "Boundary", {
      managedPolicyName: boundary,
      description: "What no role of the stacks may exceed",
      statements: [new iam.PolicyStatement({ sid: "Work", actions: all(ROLE_SERVICES), resources: ["*"] })],
    });
    new iam.ManagedPolicy(this, "Execution", {
      managedPolicyName: execution,
      description: "What CloudFormation may do for the stacks",
      statements: [
        new iam.PolicyStatement({ sid: "Resources", actions: all(SERVICES), resources: ["*"] }),
        ...rolesUnder(boundaryPolicy.managedPolicyArn, installation),
        untouchable(installation),
      ],
    });
  }
}

function all(services: readonly string[]): string[] {
  return services.map((service) => `${service}:*`);
}

function rolesUnder(boundaryArn: string, { name, account }: Installation): iam.PolicyStatement[] {
  const roles = [`arn:aws:iam::${account}:role/${name}*`];
  return [
    new iam.PolicyStatement({
      sid: "RolesUnderTheBoundary",
      actions: ["iam:AttachRolePolicy", "iam:CreateRole", "iam:DetachRolePolicy", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"],
      resources: roles,
      conditions: { StringEquals: { "iam:PermissionsBoundary": boundaryArn } },
    }),
    new iam.PolicyStatement({
      sid: "Roles",
      actions: [
        "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies",
        "iam:ListRolePolicies", "iam:ListRoleTags", "iam:PassRole", "iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole", "iam:UpdateRoleDescription",
      ],
      resources: roles,
    }),
    new iam.PolicyStatement({
      sid: "RolesOfServices",
      actions: ["iam:CreateServiceLinkedRole"],
      resources: [`arn:aws:iam::${account}:role/aws-service-role/*`],
    }),
  ];
}

/** Who delivers, and the roles and policies that bound it, are changed by people alone. */
function untouchable({ name, account }: Installation): iam.PolicyStatement {
  const { execution, boundary } = boundNames(name);
  return new iam.PolicyStatement({
    sid: "NotWhoDelivers",
    effect: iam.Effect.DENY,
    actions: ["iam:*"],
    resources: [
      `arn:aws:iam::${account}:role/${deliveryRoleName(name)}`,
      `arn:aws:iam::${account}:role/cdk-*`,
      `arn:aws:iam::${account}:policy/${execution}`,
      `arn:aws:iam::${account}:policy/${boundary}`,
      `arn:aws:iam::${account}:oidc-provider/*`,
    ],
  });
}
