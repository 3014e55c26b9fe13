import { App, CliCredentialsStackSynthesizer, Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import flags from "aws-cdk-lib/recommended-feature-flags.json" with { type: "json" };
import { acknowledge } from "./acknowledged.ts";
import { Bounds, boundNames } from "./bounds.ts";
import { Chaos } from "./chaos.ts";
import { Delivery } from "./delivery.ts";
import { FoundationStack } from "./foundation-stack.ts";
import { RehearsalStack } from "./rehearsal-stack.ts";
import { ServiceStack } from "./service-stack.ts";
import type { Installation, Size } from "./settings.ts";
import { PlenaryStack } from "./stacks.ts";

/** Whatever this version of the CDK recommends; a reference between stacks is an export, which CloudFormation guards. */
const CONTEXT = { ...flags, "@aws-cdk/core:defaultCrossStackReferences": "strong" };

/** All stacks of an installation in one size. */
export function plenary(installation: Installation, size: Size): App {
  const app = new App({ context: CONTEXT });
  const parts = new FoundationStack(app, installation, size);
  const service = new ServiceStack(app, parts, installation, size);
  const stacks: Stack[] = [parts, service];
  if (size.rehearsal) stacks.push(new RehearsalStack(app, { parts, service, installation, size }));
  if (size.chaos) stacks.push(chaos(app, parts, service, installation, size));
  const boundary = `arn:aws:iam::${installation.account}:policy/${boundNames(installation.name).boundary}`;
  for (const stack of stacks) iam.PermissionsBoundary.of(stack).apply(iam.ManagedPolicy.fromManagedPolicyArn(stack, "Boundary", boundary));
  byPeople(app, installation);
  acknowledge(app, installation);
  return app;
}

/** What bounds the others is deployed with a person's own rights, and never by what it bounds. */
function byPeople(app: App, installation: Installation) {
  const stack = (part: string, description: string) =>
    new PlenaryStack(app, part, installation, { description, synthesizer: new CliCredentialsStackSynthesizer() });
  new Bounds(stack("Bounds", "Plenary: what its deployments may do"), "Bounds", installation);
  const { gitHub } = installation;
  if (gitHub) new Delivery(stack("Delivery", "Plenary: who may deploy it"), "Delivery", { installation, gitHub });
}

function chaos(app: App, parts: FoundationStack, service: ServiceStack, installation: Installation, size: Size): Stack {
  const stack = new PlenaryStack(app, "Chaos", installation, { description: "Plenary: experiments" });
  const { vpc, inside } = parts.network;
  new Chaos(stack, "Chaos", {
    installation,
    size,
    key: parts.keys.key,
    clusterArn: Stack.of(stack).formatArn({ service: "ecs", resource: "cluster", resourceName: installation.name }),
    cacheArn: parts.cache.replicationGroupArn,
    subnetArns: vpc.selectSubnets(inside).subnetIds.map((id) => Stack.of(stack).formatArn({ service: "ec2", resource: "subnet", resourceName: id })),
    stopAlarmArn: service.alarms.get("DeliverySlow").alarmArn,
  });
  return stack;
}
