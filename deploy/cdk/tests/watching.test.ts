import { describe, expect, test } from "vitest";
import { NAMESPACE } from "../src/metrics.ts";
import { event, EVENT_DEFAULTS, line, month } from "../src/costs.ts";
import { SERVICE } from "../src/node-settings.ts";
import { tables, withTables } from "../src/tables.ts";
import { sizes } from "../settings.ts";
import { catalogue, read } from "./repository.ts";
import { every, only, template, type Properties } from "./stacks.ts";

const service = template("Service");
const alarms = every(service, "AWS::CloudWatch::Alarm").map(([, alarm]) => alarm);
const { cloudwatch, prometheus } = catalogue();
const known = cloudwatch.metrics.map(({ name }) => name);

/** Every metric of an alarm, whether it is alone or computed with. */
function metricsOf(alarm: Properties): Properties[] {
  if (alarm["MetricName"]) return [alarm];
  return (alarm["Metrics"] as Properties[]).flatMap(({ MetricStat }) => (MetricStat ? [(MetricStat as Properties)["Metric"] as Properties] : []));
}

/** The dashboard's text, with what is not known before deployment as one word. */
function dashboard(): { widgets: { properties: { metrics?: unknown[][] } }[] } {
  const body = (only(service, "AWS::CloudWatch::Dashboard")["DashboardBody"] as { "Fn::Join": [string, unknown[]] })["Fn::Join"][1];
  return JSON.parse(body.map((piece) => (typeof piece === "string" ? piece : "token")).join("")) as ReturnType<typeof dashboard>;
}

describe("alarms", () => {
  test("and scaling ask for metrics that the nodes write, under their namespace and dimension", () => {
    expect(NAMESPACE).toBe(cloudwatch.namespace);
    const ours = alarms.flatMap(metricsOf).filter((metric) => metric["Namespace"] === NAMESPACE);
    expect(ours.length).toBeGreaterThanOrEqual(11);
    for (const metric of ours) {
      expect(known).toContain(metric["MetricName"]);
      expect(metric["Dimensions"]).toEqual([{ Name: cloudwatch.dimension, Value: SERVICE }]);
    }
  });
  test("mail when they are raised and when they are over", () => {
    for (const alarm of alarms) {
      expect(alarm["AlarmActions"], alarm["AlarmName"] as string).toHaveLength(1);
      expect(alarm["OKActions"], alarm["AlarmName"] as string).toHaveLength(1);
    }
  });
  test("take silence for illness only where a number must come each minute", () => {
    const breaching = alarms.filter((alarm) => alarm["TreatMissingData"] === "breaching").map((alarm) => alarm["AlarmName"] as string);
    expect(breaching.sort()).toEqual(["Plenary-NodesSilent", "Plenary-TasksMissing"]);
  });
  test("watch each node of the cache, the replicas too", () => {
    const busy = alarms.find((alarm) => alarm["AlarmName"] === "Plenary-CacheBusy")!;
    const nodes = metricsOf(busy).map((metric) => (metric["Dimensions"] as { Value: string }[])[0]!.Value);
    expect(nodes).toEqual([1, 2, 3].flatMap((shard) => [1, 2].map((node) => `plenary-rooms-000${shard}-00${node}`)));
  });
});

describe("the dashboard", () => {
  test("shows every metric that the nodes write, and none that they do not", () => {
    const shown = dashboard().widgets.flatMap(({ properties }) => properties.metrics ?? []).filter(([namespace]) => namespace === NAMESPACE);
    for (const [, name] of shown) expect(known).toContain(name);
    expect(known.filter((name) => !shown.some(([, metric]) => metric === name))).toEqual([]);
  });
});

test("a budget mails before the month is as expensive as was meant", () => {
  expect(only(service, "AWS::Budgets::Budget")["NotificationsWithSubscribers"]).toHaveLength(2);
});

describe("docs/operations.md", () => {
  const document = read("docs/operations.md");
  const sections = [...document.matchAll(/^### (\w+)$/gm)].map(([, name]) => name!);
  const names = alarms.map((alarm) => (alarm["AlarmName"] as string).replace("Plenary-", ""));

  test("has a section for each alarm, and none for an alarm that there is not", () => {
    expect([...sections].sort()).toEqual([...names].sort());
  });
  test("is what each alarm points to", () => {
    for (const alarm of alarms) {
      const name = (alarm["AlarmName"] as string).replace("Plenary-", "");
      expect(alarm["AlarmDescription"]).toBe(`docs/operations.md#${name.toLowerCase()}`);
    }
  });
  test("has a row for each metric, in CloudWatch and in Prometheus; `npm run docs` writes them", () => {
    for (const table of tables(catalogue())) expect(document).toContain(`${table}\n\n`);
    expect([...document.matchAll(/^\| `\w+` \|/gm)]).toHaveLength(known.length + prometheus.length);
    expect(withTables(document, catalogue())).toBe(document);
  });
});

test("deploy/README.md shows what the script prints of the cost", () => {
  const rows = [...event(sizes.event, EVENT_DEFAULTS), ...month(sizes.small)];
  const document = read("deploy/README.md");
  for (const row of rows) expect(document).toContain(line(row));
});
