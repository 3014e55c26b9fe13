import { describe, expect, test } from "vitest";
import { ROLE_SERVICES, SERVICES } from "../src/bounds.ts";
import { TABLE_ACTIONS } from "../src/table-access.ts";
import { actions, every, only, statements, template, type Part, type Properties, type Statement } from "./stacks.ts";

const service = template("Service");
const parts: Part[] = ["Foundation", "Service", "Rehearsal", "Chaos"];
/** What CloudFormation calls a service, where IAM calls it otherwise. */
const IAM_NAMES: Record<string, string> = {
  applicationautoscaling: "application-autoscaling", certificatemanager: "acm", cognito: "cognito-idp",
  elasticloadbalancingv2: "elasticloadbalancing", kinesisfirehose: "firehose",
};

describe("a node's role", () => {
  const granted = statements(service, "TaskTaskRole");

  test("asks of the table what the code asks, and has neither a scan nor a way to make or delete it", () => {
    const table = granted.filter(({ Action }) => [Action].flat()[0]!.startsWith("dynamodb:"));
    expect(table).toHaveLength(1);
    expect(table[0]!.Action).toEqual([...TABLE_ACTIONS].sort());
    expect(actions(granted)).not.toContain("dynamodb:Scan");
  });
  test("signs in to the one cache as the one user", () => {
    expect(granted.find(({ Action }) => Action === "elasticache:Connect")!.Resource).toHaveLength(2);
  });
  test("protects its own task, and writes traces", () => {
    expect(actions(granted)).toEqual(expect.arrayContaining(["ecs:UpdateTaskProtection", "ecs:GetTaskProtection", "xray:PutTraceSegments"]));
  });
  test("reaches no image, no secret, no log group and nobody's account", () => {
    expect(actions(granted).filter((action) => /^(ecr|secretsmanager|logs|cognito-idp|iam|sts|s3):/.test(action))).toEqual([]);
  });
});

test("no policy of the stacks has a star for an action, bounds and denials aside", () => {
  for (const part of parts) {
    for (const statement of statements(template(part), "")) {
      for (const action of actions([statement])) expect(action, part).not.toMatch(/^\*$|:\*$/);
    }
  }
});

test("roles of tasks are for tasks of this account alone", () => {
  for (const part of ["Service", "Rehearsal"] as const) {
    const roles = every(template(part), "AWS::IAM::Role").map(([, role]) => JSON.stringify(role["AssumeRolePolicyDocument"]));
    for (const trust of roles.filter((text) => text.includes("ecs-tasks"))) expect(trust).toContain('"aws:SourceAccount":"111111111111"');
  }
});

describe("bounds", () => {
  const bounds = template("Bounds");
  const execution = only(bounds, "AWS::IAM::ManagedPolicy", "BoundsExecution")["PolicyDocument"] as { Statement: Statement[] };

  test("name the service of every resource that there is, and no service more", () => {
    const used = new Set(
      parts.flatMap((part) => Object.values(template(part).toJSON()["Resources"] as Properties).map(({ Type }) => (Type as string).split("::")[1]!.toLowerCase())),
    );
    used.delete("iam");
    const names = [...used].map((name) => IAM_NAMES[name] ?? name);
    // Stacks themselves, and the parameter with the version of the bootstrap.
    expect(SERVICES.filter((name) => !names.includes(name))).toEqual(["cloudformation", "ssm"]);
    expect(names.filter((name) => !(SERVICES as readonly string[]).includes(name))).toEqual([]);
  });
  test("hold every role of the stacks under the boundary", () => {
    for (const part of parts) {
      for (const [id, role] of every(template(part), "AWS::IAM::Role")) {
        expect(role["PermissionsBoundary"], id).toBe("arn:aws:iam::111111111111:policy/PlenaryBoundary");
      }
    }
  });
  test("leave the roles all that they use", () => {
    for (const part of parts) {
      for (const action of actions(statements(template(part), "").filter(({ Effect }) => Effect === "Allow"))) {
        expect(ROLE_SERVICES as readonly string[], `${part} ${action}`).toContain(action.split(":")[0]);
      }
    }
  });
  test("let CloudFormation make no role without it", () => {
    const creating = execution.Statement.find(({ Action }) => [Action].flat().includes("iam:CreateRole"))!;
    expect(JSON.stringify(creating.Condition)).toContain("iam:PermissionsBoundary");
    const elsewhere = execution.Statement.filter((statement) => statement !== creating && statement.Effect === "Allow");
    expect(actions(elsewhere).filter((action) => /^iam:(Create(Role|Policy|User)|Put|Attach|\*)/.test(action))).toEqual([]);
  });
  test("keep CloudFormation from who delivers and from themselves", () => {
    const deny = execution.Statement.find(({ Effect }) => Effect === "Deny")!;
    expect(deny.Action).toBe("iam:*");
    expect(deny.Resource).toEqual(
      expect.arrayContaining(["arn:aws:iam::111111111111:role/PlenaryDelivery", "arn:aws:iam::111111111111:role/cdk-*", "arn:aws:iam::111111111111:policy/PlenaryBoundary"]),
    );
  });
});

describe("the role of the workflow", () => {
  const delivery = template("Delivery");
  const role = only(delivery, "AWS::IAM::Role");
  const granted = statements(delivery, "Delivery");

  test("is for one repository and environment, by name and by number, and for nobody else", () => {
    const [trust] = (role["AssumeRolePolicyDocument"] as { Statement: Statement[] }).Statement;
    expect(trust!.Condition).toEqual({
      StringEquals: {
        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        "token.actions.githubusercontent.com:sub": "repo:example/plenary:environment:production",
        "token.actions.githubusercontent.com:repository_id": "123456789",
      },
    });
  });
  test("pushes images and looks at tasks of its own project, by the tag that it has itself", () => {
    const tagged = granted.filter(({ Sid }) => ["PushImages", "SeeDeployment"].includes(Sid ?? ""));
    expect(tagged).toHaveLength(2);
    for (const { Condition } of tagged) expect(Condition).toEqual({ StringEquals: { "aws:ResourceTag/Project": "${aws:PrincipalTag/Project}" } });
    expect(role["Tags"]).toContainEqual({ Key: "Project", Value: "Plenary" });
  });
  test("takes the roles of the bootstrap, and they must be such", () => {
    const assume = granted.find(({ Action }) => Action === "sts:AssumeRole")!;
    expect(assume.Condition).toEqual({ StringEquals: { "iam:ResourceTag/aws-cdk:bootstrap-role": ["deploy", "file-publishing"] } });
  });
  test("may neither see nor change identities, least of all itself, and gives itself no tags", () => {
    const denied = granted.filter(({ Effect }) => Effect === "Deny");
    expect(actions(denied)).toEqual(expect.arrayContaining(["iam:*", "organizations:*", "account:*", "sts:TagSession"]));
    expect(denied.every(({ Resource }) => Resource === "*")).toBe(true);
  });
});
