import { App, Stack } from "aws-cdk-lib";
import flags from "aws-cdk-lib/recommended-feature-flags.json" with { type: "json" };
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
  if (size.rehearsal) new RehearsalStack(app, { parts, service, installation, size });
  if (size.chaos) chaos(app, parts, service, installation, size);
  if (installation.gitHub) {
    new Delivery(new PlenaryStack(app, "Delivery", installation, { description: "Plenary: who may deploy it" }), "Delivery", {
      installation,
      gitHub: installation.gitHub,
    });
  }
  return app;
}

function chaos(app: App, parts: FoundationStack, service: ServiceStack, installation: Installation, size: Size) {
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
}
