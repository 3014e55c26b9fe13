import { Duration } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type { GitHub, Installation } from "./settings.ts";

const ISSUER = "token.actions.githubusercontent.com";

/** The roles of a bootstrap that a deployment takes; `lookup` is not among them, because nothing is looked up. */
const BOOTSTRAP_ROLES = ["deploy", "file-publishing"];

interface Props {
  readonly installation: Installation;
  readonly gitHub: GitHub;
}

/**
 * Lets one workflow deploy, without a key that could be lost. It pushes images and hands templates to CloudFormation, whatever is in
 * them; it can look at nothing of IAM, least of all at itself, and what CloudFormation may do is bounded by the policy of the bootstrap.
 */
export class Delivery extends Construct {
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, { installation, gitHub }: Props) {
    super(scope, id);
    const provider = new iam.OidcProviderNative(this, "GitHub", { url: `https://${ISSUER}`, clientIds: ["sts.amazonaws.com"] });
    this.role = new iam.Role(this, "Role", {
      roleName: deliveryRoleName(installation.name),
      description: "Deploys from the workflow of one repository and environment",
      assumedBy: new iam.OpenIdConnectPrincipal(provider, { StringEquals: claims(gitHub) }),
      maxSessionDuration: Duration.hours(1),
    });
    this.deploy(installation);
    this.pushImages();
    this.operate();
    this.staysAsItIs();
  }

  private deploy({ account, region }: Installation) {
    this.allow("Deploy", ["sts:AssumeRole"], BOOTSTRAP_ROLES.map((role) => `arn:aws:iam::${account}:role/cdk-*-${role}-role-${account}-${region}`), {
      StringEquals: { "iam:ResourceTag/aws-cdk:bootstrap-role": BOOTSTRAP_ROLES },
    });
    this.allow("BootstrapVersion", ["ssm:GetParameter"], [`arn:aws:ssm:${region}:${account}:parameter/cdk-bootstrap/*`]);
  }

  private pushImages() {
    this.allow("SignInToImages", ["ecr:GetAuthorizationToken"], ["*"]);
    this.allow(
      "PushImages",
      [
        "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:CompleteLayerUpload", "ecr:DescribeImages",
        "ecr:GetDownloadUrlForLayer", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart",
      ],
      ["*"],
      ofTheSameProject(),
    );
  }

  /** Seeing whether it worked, and stopping it. */
  private operate() {
    this.allow("SeeDeployment", ["ecs:DescribeServices", "ecs:DescribeTasks", "ecs:StopServiceDeployment", "ecs:DescribeServiceDeployments"], ["*"], ofTheSameProject());
    this.allow("SeeAlarms", ["cloudwatch:DescribeAlarms", "cloudformation:DescribeStacks", "cloudformation:DescribeStackEvents"], ["*"]);
  }

  /** A denial stands above whatever somebody may attach later, by tag or by name. */
  private staysAsItIs() {
    this.role.addToPolicy(
      new iam.PolicyStatement({
        sid: "NeitherSeesNorChangesIdentities",
        effect: iam.Effect.DENY,
        actions: ["iam:*", "organizations:*", "account:*"],
        resources: ["*"],
      }),
    );
    this.role.addToPolicy(
      new iam.PolicyStatement({
        sid: "TakesNoOtherTags",
        effect: iam.Effect.DENY,
        actions: ["sts:TagSession", "ecr:TagResource", "ecr:UntagResource", "ecs:TagResource", "ecs:UntagResource"],
        resources: ["*"],
      }),
    );
  }

  private allow(sid: string, actions: string[], resources: string[], conditions = {}) {
    this.role.addToPolicy(new iam.PolicyStatement({ sid, actions, resources, conditions }));
  }
}

/** Also named in the policy of the bootstrap, which keeps CloudFormation from changing it. */
export function deliveryRoleName(installation: string): string {
  return `${installation}Delivery`;
}

/** GitHub's token carries no tags of a session, so the role's own tag is what is compared. */
function ofTheSameProject() {
  return { StringEquals: { "aws:ResourceTag/Project": "${aws:PrincipalTag/Project}" } };
}

function claims({ owner, repository, repositoryId, environment }: GitHub): Record<string, string> {
  return {
    [`${ISSUER}:aud`]: "sts.amazonaws.com",
    [`${ISSUER}:sub`]: `repo:${owner}/${repository}:environment:${environment}`,
    [`${ISSUER}:repository_id`]: repositoryId,
  };
}
