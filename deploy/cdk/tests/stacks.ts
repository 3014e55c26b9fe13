import { Stack, type App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { plenary } from "../src/app.ts";
import type { Installation, Size } from "../src/settings.ts";
import { installation, sizes } from "../settings.ts";

/** Everything that can be switched on. */
export const EVERYTHING: Size = {
  ...sizes.event,
  analytics: true,
  exemptNetworks: ["192.0.2.0/24"],
  scheduledEvents: [{ tasks: 30, startsAt: "2030-03-01T18:00:00Z", hours: 2 }],
};

/** No way to the internet, and as little as there can be. */
export const CLOSED: Size = { ...sizes.small, natGateways: 0, rehearsal: false };

export type Part = "Foundation" | "Service" | "Rehearsal" | "Chaos" | "Bounds" | "Delivery";

const templates = new Map<string, Template>();

/** The template of one stack as it would be deployed. */
export function template(part: Part, size: Size = EVERYTHING, its: Installation = installation): Template {
  const key = JSON.stringify([part, size, its]);
  const known = templates.get(key);
  if (known) return known;
  const made = Template.fromStack(stack(plenary(its, size), part));
  templates.set(key, made);
  return made;
}

export function stack(app: App, part: Part): Stack {
  const found = app.node.findChild(`${installation.name}${part}`);
  if (!Stack.isStack(found)) throw new Error(`${part} is no stack`);
  return found;
}

/** The properties of the only resource of a type, or of the only one whose logical id begins so. */
export function only(from: Template, type: string, prefix = ""): Properties {
  const found = every(from, type).filter(([id]) => id.startsWith(prefix));
  if (found.length !== 1) throw new Error(`${found.length} resources ${type} ${prefix}`);
  return found[0]![1];
}

/** All resources of a type, by logical id. */
export function every(from: Template, type: string): [string, Properties][] {
  return Object.entries(from.findResources(type)).map(([id, resource]) => [id, resource["Properties"] as Properties]);
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the shape is CloudFormation's, and a wrong one fails the test
export type Properties = Record<string, any>;

/** Attributes of a load balancer or a target group by their keys. */
export function attributes(list: { Key: string; Value: unknown }[]): Record<string, unknown> {
  return Object.fromEntries(list.map(({ Key, Value }) => [Key, Value]));
}

export interface Statement {
  Sid?: string;
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Condition?: unknown;
}

/** The statements of all policies whose logical id begins so. */
export function statements(from: Template, prefix: string): Statement[] {
  return every(from, "AWS::IAM::Policy")
    .filter(([id]) => id.startsWith(prefix))
    .flatMap(([, policy]) => (policy["PolicyDocument"] as { Statement: Statement[] }).Statement);
}

export function actions(list: readonly Statement[]): string[] {
  return list.flatMap(({ Action }) => Action);
}
