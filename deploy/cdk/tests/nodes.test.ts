import { describe, expect, test } from "vitest";
import { every, EVERYTHING, only, template, type Properties } from "./stacks.ts";
import { sizes } from "../settings.ts";

const service = template("Service");
const task = only(service, "AWS::ECS::TaskDefinition");
const containers = task["ContainerDefinitions"] as Properties[];
const node = containers.find(({ Name }) => Name === "plenary")!;
const collector = containers.find(({ Name }) => Name === "collector")!;
const environment = Object.fromEntries((node["Environment"] as { Name: string; Value: unknown }[]).map(({ Name, Value }) => [Name, Value]));

describe("a task", () => {
  test("is 4 vCPU and 8 GB of Graviton for an event, in a network interface of its own", () => {
    expect(task).toMatchObject({ Cpu: "4096", Memory: "8192", NetworkMode: "awsvpc", RequiresCompatibilities: ["FARGATE"] });
    expect(task["RuntimePlatform"]).toEqual({ CpuArchitecture: "ARM64", OperatingSystemFamily: "LINUX" });
  });
  test("has room for a lost zone and a margin below its open files", () => {
    const { tasks } = sizes.event;
    expect(250_000 / (tasks.count * (2 / 3))).toBeLessThan(tasks.socketsHard);
    expect(tasks.socketsHard).toBeLessThan(65_535 - 1_000);
  });
  test.each([["node", node], ["collector", collector]])("its %s has a read-only root, no capabilities and no name", (_name, container) => {
    expect(container["ReadonlyRootFilesystem"]).toBe(true);
    expect(container["User"]).toBe("65532:65532");
    expect(container["LinuxParameters"]).toMatchObject({ Capabilities: { Drop: ["ALL"] } });
    expect(container["Privileged"]).toBeUndefined();
  });
  test.each([["node", node], ["collector", collector]])("its %s never waits for its log, which would fail its health check", (_name, container) => {
    expect(container["LogConfiguration"]).toMatchObject({ Options: { mode: "non-blocking", "max-buffer-size": "26214400b" } });
  });
  test("outlives its collector, which is started again", () => {
    expect(node["Essential"]).toBe(true);
    expect(collector["Essential"]).toBe(false);
    expect(collector["RestartPolicy"]).toMatchObject({ Enabled: true });
  });
});

describe("the node", () => {
  test("has all the files that Fargate gives", () => {
    expect(node["Ulimits"]).toEqual([{ Name: "nofile", SoftLimit: 65_535, HardLimit: 65_535 }]);
  });
  test("alone sets what the kernel does for the whole task, because the last container wins", () => {
    expect((node["SystemControls"] as Properties[]).map(({ Namespace }) => Namespace as string)).toEqual([
      "net.core.somaxconn", "net.ipv4.tcp_keepalive_time", "net.ipv4.ip_local_port_range",
    ]);
    expect(collector["SystemControls"]).toBeUndefined();
  });
  test("has two minutes to close its sockets, and is done before they are over", () => {
    expect(node["StopTimeout"]).toBe(120);
    const seconds = (text: unknown) => Number.parseInt(text as string, 10);
    expect(seconds(environment["DRAIN_SPREAD"])).toBeLessThan(seconds(environment["DRAIN_TIMEOUT"]));
    expect(seconds(environment["DRAIN_TIMEOUT"])).toBeLessThan(120);
  });
  test("asks itself for its health, because ECS does not look at the image's check", () => {
    expect(node["HealthCheck"]).toMatchObject({ Command: ["CMD", "/usr/local/bin/plenary", "healthcheck"] });
  });
  test("is in production, with the settings of the contract", () => {
    expect(environment).toMatchObject({
      PRODUCTION: "true", DYNAMODB: "aws", TABLE_NAME: "plenary", LOG_FORMAT: "json", LISTEN: "0.0.0.0:8080", ADMIN_LISTEN: "127.0.0.1:9090",
      MAX_CONNECTIONS: "20000", TASK_PROTECTION_SOCKETS: "1000", EMF_SERVICE: "plenary", REDIS_IAM_CACHE: "plenary-rooms",
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318", FAN_OUT_INTERVAL: "200ms",
    });
    expect(environment["CREATE_TABLE"]).toBeUndefined();
  });
  test("signs in to Valkey by TLS with a name and no password", () => {
    expect(JSON.stringify(environment["REDIS_URL"])).toMatch(/rediss:\/\/plenary-node@/);
  });
  test("takes the tokens of the pages' client first, then of the rehearsal's", () => {
    expect(JSON.stringify(environment["JWT_ISSUERS"])).toMatch(/clients=.*IdentityPoolClient.*IdentityPoolRehearsalClient/);
  });
  test("gets the keys of applications from Secrets Manager alone", async () => {
    expect(node["Secrets"]).toBeUndefined();
    const { installation } = await import("../settings.ts");
    const withKeys = only(template("Service", EVERYTHING, { ...installation, apiKeysSecret: "plenary/api-keys" }), "AWS::ECS::TaskDefinition");
    const [server] = withKeys["ContainerDefinitions"] as Properties[];
    expect(JSON.stringify(server!["Secrets"])).toContain("secret:plenary/api-keys");
  });
});

describe("the service", () => {
  const made = only(service, "AWS::ECS::Service");
  const deployment = made["DeploymentConfiguration"] as Properties;

  test("stops no healthy task to balance zones, which it does by default", () => {
    expect(made["AvailabilityZoneRebalancing"]).toBe("DISABLED");
  });
  test("has all new tasks before it drains an old one, so that a deployment is one reconnect", () => {
    expect(deployment).toMatchObject({ MinimumHealthyPercent: 100, MaximumPercent: 200 });
  });
  test("rolls a deployment back that does not start, or that people notice", () => {
    expect(deployment["DeploymentCircuitBreaker"]).toEqual({ Enable: true, Rollback: true });
    expect(deployment["Alarms"]).toMatchObject({
      Enable: true, Rollback: true,
      AlarmNames: ["Plenary-DeliverySlow", "Plenary-MutationsFail", "Plenary-TableFails", "Plenary-TargetsUnhealthy"],
    });
  });
  test("rolls back for alarms that exist", () => {
    const names = every(service, "AWS::CloudWatch::Alarm").map(([, alarm]) => alarm["AlarmName"] as string);
    expect(names).toEqual(expect.arrayContaining((deployment["Alarms"] as { AlarmNames: string[] }).AlarmNames));
  });
  test("is behind both load balancers, in private subnets, with no address of its own and no shell", () => {
    expect(made["LoadBalancers"]).toHaveLength(2);
    expect(made["NetworkConfiguration"]).toMatchObject({ AwsvpcConfiguration: { AssignPublicIp: "DISABLED" } });
    expect(made["EnableExecuteCommand"]).toBe(false);
  });
  test("gives its tags to its tasks, by which experiments find them", () => {
    expect(made["PropagateTags"]).toBe("SERVICE");
    expect(made["Tags"]).toEqual(expect.arrayContaining([{ Key: "Part", Value: "plenary" }, { Key: "Project", Value: "Plenary" }]));
  });
});

describe("scaling", () => {
  const policies = every(service, "AWS::ApplicationAutoScaling::ScalingPolicy").map(([, policy]) => policy["TargetTrackingScalingPolicyConfiguration"] as Properties);

  test("follows the mean of sockets a task, fast out and slowly in", () => {
    expect(policies).toContainEqual(
      expect.objectContaining({
        CustomizedMetricSpecification: expect.objectContaining({ MetricName: "ActiveSockets", Namespace: "Plenary", Statistic: "Average" }) as unknown,
        TargetValue: 10_000, ScaleOutCooldown: 30, ScaleInCooldown: 900,
      }),
    );
  });
  test("follows the CPU outward alone, because a quiet quarter of an hour is no reason to close sockets", () => {
    expect(policies).toContainEqual(
      expect.objectContaining({
        PredefinedMetricSpecification: { PredefinedMetricType: "ECSServiceAverageCPUUtilization" },
        TargetValue: 60, DisableScaleIn: true,
      }),
    );
  });
  test("has an event's tasks an hour before, and lets them go after it", () => {
    const target = only(service, "AWS::ApplicationAutoScaling::ScalableTarget");
    expect(target).toMatchObject({ MinCapacity: 24, MaxCapacity: 48 });
    expect((target["ScheduledActions"] as Properties[]).map(({ Schedule, ScalableTargetAction }) => [Schedule as string, ScalableTargetAction as unknown])).toEqual([
      ["at(2030-03-01T17:00:00)", { MinCapacity: 30, MaxCapacity: 48 }],
      ["at(2030-03-01T20:00:00)", { MinCapacity: 24, MaxCapacity: 48 }],
    ]);
  });
});
