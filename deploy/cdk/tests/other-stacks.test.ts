import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { describe, expect, test } from "vitest";
import { sizes } from "../settings.ts";
import { actions, every, only, statements, template, type Properties } from "./stacks.ts";

describe("experiments", () => {
  const templates = every(template("Chaos"), "AWS::FIS::ExperimentTemplate").map(([, made]) => made);
  const actionOf = (made: Properties) => (Object.values(made["Actions"] as Properties)[0] as { ActionId: string }).ActionId;

  test("lose 30 % of the nodes, the power of a zone of the cache, and the network of a zone", () => {
    expect(templates.map(actionOf).sort()).toEqual([
      "aws:ecs:stop-task", "aws:elasticache:replicationgroup-interrupt-az-power", "aws:network:disrupt-connectivity",
    ]);
    const tasks = templates.find((made) => actionOf(made) === "aws:ecs:stop-task")!;
    expect(tasks["Targets"]).toMatchObject({ nodes: { SelectionMode: "PERCENT(30)", ResourceTags: { Project: "Plenary", Part: "plenary" } } });
  });
  test("end when people notice, and find something or fail", () => {
    for (const made of templates) {
      expect(JSON.stringify(made["StopConditions"])).toContain("DeliverySlow");
      expect(made["ExperimentOptions"]).toMatchObject({ EmptyTargetResolutionMode: "fail" });
    }
  });
});

describe("a rehearsal", () => {
  const rehearsal = template("Rehearsal");
  const containers = only(rehearsal, "AWS::ECS::TaskDefinition")["ContainerDefinitions"] as Properties[];
  const container = (name: string) => containers.find(({ Name }) => Name === name)!;

  test("fetches tokens before the load and delivers the report after it, whatever came of it", () => {
    expect(container("load")["DependsOn"]).toEqual([{ ContainerName: "fetch", Condition: "SUCCESS" }]);
    expect(container("deliver")["DependsOn"]).toEqual([{ ContainerName: "load", Condition: "COMPLETE" }]);
    expect(containers.map(({ Name, Essential }) => [Name, Essential] as unknown)).toEqual([["fetch", false], ["load", false], ["deliver", true]]);
  });
  test("has a file and a port for each socket", () => {
    expect(container("load")["Ulimits"]).toEqual([{ Name: "nofile", SoftLimit: 65_535, HardLimit: 65_535 }]);
    expect(container("load")["SystemControls"]).toEqual([{ Namespace: "net.ipv4.ip_local_port_range", Value: "1024 65535" }]);
  });
  test("may read tokens and leave reports, and nothing else", () => {
    expect(actions(statements(rehearsal, "LoadTaskRole")).sort()).toEqual(["s3:GetObject", "s3:PutObject"]);
  });
  test("comes from public subnets, because a NAT gateway has 55,000 flows to one address", () => {
    const outputs = rehearsal.toJSON()["Outputs"] as Properties;
    expect(JSON.stringify(outputs["Subnets"])).toContain("PublicSubnet");
  });
});

describe("analytics", () => {
  test("are off unless they are asked for", () => {
    for (const size of Object.values(sizes)) expect(every(template("Service", size), "AWS::Pipes::Pipe")).toHaveLength(0);
  });
  test("copy the table's stream to S3, bisect a batch that fails, and keep what fails", () => {
    const pipe = only(template("Service"), "AWS::Pipes::Pipe");
    expect(pipe["SourceParameters"]).toMatchObject({
      DynamoDBStreamParameters: { StartingPosition: "LATEST", OnPartialBatchItemFailure: "AUTOMATIC_BISECT", DeadLetterConfig: expect.anything() as unknown },
    });
    expect(JSON.stringify(pipe["Source"])).toContain("Table");
  });
});

test("every bucket is private, over TLS alone, and empties itself", () => {
  for (const part of ["Service", "Rehearsal"] as const) {
    for (const [id, bucket] of every(template(part), "AWS::S3::Bucket")) {
      expect(bucket["PublicAccessBlockConfiguration"], id).toEqual({ BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true });
      expect(bucket["LifecycleConfiguration"], id).toBeDefined();
    }
    expect(JSON.stringify(every(template(part), "AWS::S3::BucketPolicy"))).toContain('"aws:SecureTransport":"false"');
  }
});

test("logs are kept for as long as the settings say, encrypted with our key where they say so", () => {
  const groups = every(template("Service"), "AWS::Logs::LogGroup").map(([, group]) => group);
  expect(groups.length).toBeGreaterThan(2);
  for (const group of groups) {
    expect(group["RetentionInDays"]).toBe(30);
    expect(group["KmsKeyId"]).toBeDefined();
  }
  const awsKey = { ...sizes.small, logs: { days: RetentionDays.ONE_WEEK, customerKey: false } };
  for (const [, group] of every(template("Service", awsKey), "AWS::Logs::LogGroup")) {
    expect(group).toMatchObject({ RetentionInDays: 7 });
    expect(group["KmsKeyId"]).toBeUndefined();
  }
});
