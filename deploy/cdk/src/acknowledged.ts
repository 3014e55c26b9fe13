import { Validations, type App, type CfnResource } from "aws-cdk-lib";
import { ROLE_SERVICES, SERVICES } from "./bounds.ts";
import type { Installation } from "./settings.ts";

/** A finding of cdk-nag or of checkov that stays, where it is, and why. */
export interface Acknowledged {
  /** The stack, without the installation's name. */
  readonly stack: string;
  /** The construct within the stack. */
  readonly path: string;
  readonly rule: string;
  readonly reason: string;
}

const NO_RESOURCES = "These actions know no resources, so IAM takes nothing but a star";
const LOG_BUCKET = "It is the bucket of the access logs";
const ONE_DAY = "Its objects live for a day";
const FIREHOSE = "Only Firehose writes, and whoever reads is in CloudTrail where data events are recorded";

/** All of them in one place, so that what is accepted can be read through. */
export function acknowledged(installation: Installation): Acknowledged[] {
  return [...ofFoundation(installation), ...ofService(installation), ...ofRehearsal(), ...ofPeople(installation), ...ofCheckov()];
}

/** Acknowledges what there is in this size. */
export function acknowledge(app: App, installation: Installation) {
  for (const { stack, path, rule, reason } of acknowledged(installation)) {
    const construct = app.node.tryFindChild(`${installation.name}${stack}`);
    const found = path.split("/").reduce((parent, id) => parent?.node.tryFindChild(id), construct);
    if (!found) continue;
    if (rule.startsWith("CKV")) skip(found.node.defaultChild as CfnResource, { id: rule, comment: reason });
    else Validations.of(found).acknowledge({ id: rule, reason });
  }
}

/** Checkov reads what it skips from the resource. */
function skip(resource: CfnResource, check: { id: string; comment: string }) {
  const before = (resource.getMetadata("checkov") ?? { skip: [] }) as { skip: object[] };
  resource.addMetadata("checkov", { skip: [...before.skip, check] });
}

function iam5(what: string): string {
  return `AwsSolutions-IAM5[Resource::${what}]`;
}

function indexes({ name, account, region }: Installation): { rule: string; reason: string } {
  return { rule: iam5(`arn:aws:dynamodb:${region}:${account}:table/${name.toLowerCase()}/index/*`), reason: "All indexes of this one table" };
}

function tasks({ name, account, region }: Installation): string {
  return iam5(`arn:aws:ecs:${region}:${account}:task/${name}/*`);
}

function ofFoundation(installation: Installation): Acknowledged[] {
  return [
    {
      stack: "Foundation", path: "Network/Vpc", rule: "CloudFormation-Validate::W3010",
      reason: "The zones are a choice of the settings; subnets must not move when AWS lists them in another order",
    },
    { stack: "Foundation", path: "BreakGlass/Role", ...indexes(installation) },
    {
      stack: "Foundation", path: "Cache/Rooms", rule: "AwsSolutions-AEC6",
      reason: "Nodes sign in with IAM as a user whose access list is minimal, which is more than a shared password",
    },
    {
      stack: "Foundation", path: "Identity/Pool", rule: "AwsSolutions-COG8",
      reason: "The Plus plan costs each user of the month anew; choose it where accounts are worth stealing",
    },
    {
      stack: "Foundation", path: "Identity/Pool", rule: "AwsSolutions-COG2",
      reason: "Participants of an event are not made to have a second factor; staff may have one",
    },
  ];
}

function ofService(installation: Installation): Acknowledged[] {
  const stack = "Service";
  const everywhere = { rule: "AwsSolutions-EC23", reason: "A public service: TLS from everywhere, and nothing else" };
  return [
    { stack, path: "Task/TaskRole", ...indexes(installation) },
    { stack, path: "Task/TaskRole", rule: tasks(installation), reason: "A task protects itself, and its id is not known before" },
    { stack, path: "Task/TaskRole", rule: iam5("*"), reason: `Traces: ${NO_RESOURCES}` },
    { stack, path: "Task/ExecutionRole", rule: iam5("*"), reason: `Signing in to the registry: ${NO_RESOURCES}` },
    {
      stack, path: "Task/Definition", rule: "AwsSolutions-ECS2",
      reason: "Nothing in the variables is secret; what is comes from Secrets Manager",
    },
    { stack, path: "AccessLogs", rule: "AwsSolutions-S1", reason: LOG_BUCKET },
    { stack, path: "Sockets/Inbound", ...everywhere },
    { stack, path: "Http/Inbound", ...everywhere },
    { stack, path: "Analytics/Changes", rule: "AwsSolutions-S1", reason: FIREHOSE },
    { stack, path: "Analytics/Failed", rule: "AwsSolutions-SQS3", reason: "It is the dead-letter queue of the pipe" },
    { stack, path: "Analytics/PipeRole", rule: iam5("*"), reason: `Listing streams: ${NO_RESOURCES}` },
    { stack, path: "Analytics/DeliveryRole", rule: iam5("<AnalyticsChangesBFF17C69.Arn>/*"), reason: "All objects of its own bucket" },
    { stack: "Chaos", path: "Chaos/Role", rule: tasks(installation), reason: "Any task of the one cluster" },
    { stack: "Chaos", path: "Chaos/Role", rule: iam5("*"), reason: `Finding by tag, listing, delivering logs: ${NO_RESOURCES}` },
    {
      stack: "Chaos", path: "Chaos/Role",
      rule: "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSFaultInjectionSimulatorNetworkAccess]",
      reason: "AWS keeps the dozen actions that the experiment takes in this policy, and changes it with the experiment",
    },
  ];
}

function ofRehearsal(): Acknowledged[] {
  const stack = "Rehearsal";
  return [
    { stack, path: "Exchange", rule: "AwsSolutions-S1", reason: ONE_DAY },
    { stack, path: "Load/ExecutionRole", rule: iam5("*"), reason: `Signing in to the registry: ${NO_RESOURCES}` },
    { stack, path: "Load/TaskRole", rule: iam5("<Exchange6745BA1E.Arn>/*/tokens.txt"), reason: "The tokens of any run" },
    { stack, path: "Load/TaskRole", rule: iam5("<Exchange6745BA1E.Arn>/*/report-*.json"), reason: "The reports of any run" },
  ];
}

/** The stacks that people deploy. */
function ofPeople({ name, account, region }: Installation): Acknowledged[] {
  const delivery = { stack: "Delivery", path: "Delivery/Role" };
  const role = (kind: string) => iam5(`arn:aws:iam::${account}:role/cdk-*-${kind}-role-${account}-${region}`);
  const qualifier = "The qualifier of the bootstrap is the account's choice";
  const execution = { stack: "Bounds", path: "Bounds/Execution" };
  const boundary = { stack: "Bounds", path: "Bounds/Boundary" };
  const bound = "It bounds which services there are at all; what is done with them is said by the policies below it";
  const action = (service: string) => `AwsSolutions-IAM5[Action::${service}:*]`;
  return [
    { ...delivery, rule: role("deploy"), reason: qualifier },
    { ...delivery, rule: role("file-publishing"), reason: qualifier },
    { ...delivery, rule: iam5(`arn:aws:ssm:${region}:${account}:parameter/cdk-bootstrap/*`), reason: qualifier },
    {
      ...delivery, rule: iam5("*"),
      reason: "Bounded by the tag Project of role and resource, or a denial, or actions that know no resources",
    },
    ...SERVICES.map((service) => ({ ...execution, rule: action(service), reason: bound })),
    ...ROLE_SERVICES.map((service) => ({ ...boundary, rule: action(service), reason: bound })),
    ...[execution, boundary].map((policy) => ({ ...policy, rule: iam5("*"), reason: bound })),
    { ...execution, rule: iam5(`arn:aws:iam::${account}:role/${name}*`), reason: "Roles of the stacks, under the boundary" },
    { ...execution, rule: iam5(`arn:aws:iam::${account}:role/aws-service-role/*`), reason: "The roles that services of AWS make for themselves" },
  ];
}

function ofCheckov(): Acknowledged[] {
  const bounds = ["CKV_AWS_107", "CKV_AWS_108", "CKV_AWS_109", "CKV_AWS_111"].flatMap((rule) =>
    ["Boundary", "Execution"].map((id) => ({
      stack: "Bounds", path: `Bounds/${id}`, rule,
      reason: "It bounds which services there are at all; what is done with them is said by the policies below it",
    })),
  );
  const images = ["Server", "LoadTest", "Collector", "CommandLine"];
  return [
    ...bounds,
    { stack: "Service", path: "AccessLogs", rule: "CKV_AWS_18", reason: LOG_BUCKET },
    { stack: "Service", path: "Analytics/Changes", rule: "CKV_AWS_18", reason: FIREHOSE },
    { stack: "Rehearsal", path: "Exchange", rule: "CKV_AWS_18", reason: ONE_DAY },
    ...images.map((id) => ({
      stack: "Foundation", path: `Images/${id}`, rule: "CKV_AWS_136",
      reason: "Encrypted with the registry's key: the code is public, and a key of ours would stop every start of a task with it",
    })),
  ];
}
