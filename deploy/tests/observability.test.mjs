// What dashboards and alert rules ask for is what nodes have: each name of a metric, and each label.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

const METRICS = new Map(JSON.parse(read("metrics.json")).prometheus.map((metric) => [metric.name, metric]));
// Prometheus's own, and what stands in every series: which bucket, and the target that it came from.
const OWN = new Set(["up"]);
const COMMON_LABELS = ["le", "job", "node"];

const { panels } = JSON.parse(read("compose/grafana/dashboards/plenary.json"));
const graphs = panels.filter(({ type }) => type !== "row");
const rules = read("compose/prometheus/rules.yml")
  .split(/^ +- alert: /mu)
  .slice(1)
  .map((rule) => ({ title: rule.split("\n", 1)[0], expr: expression(rule) }));

/** The text of `expr`, on its line or on the indented ones below. */
function expression(rule) {
  const [, onLine, below] = /expr: (?:>-\n((?: {10}.*\n)+)|(.*)\n)/u.exec(rule);
  return onLine ?? below;
}

const questions = [
  ...graphs.flatMap(({ title, targets }) => targets.map(({ expr, legendFormat }) => ({ title, expr, legendFormat }))),
  ...rules,
];

describe("dashboards and alert rules", () => {
  it("are read by this test", () => {
    assert.ok(graphs.length > 20);
    assert.equal(rules.length, read("compose/prometheus/rules.yml").split("expr:").length - 1);
  });

  for (const { title, expr, legendFormat = "" } of questions) {
    it(`ask for metrics that there are: ${title}: ${expr.slice(0, 80)}`, () => {
      const names = expr.match(/\b(?:plenary|process|tokio)_\w+|\bup\b/gu) ?? [];
      assert.ok(names.length > 0, "no metric is asked for");
      const labels = [...expr.matchAll(/by \(([^)]*)\)/gu), ...expr.matchAll(/\{(\w+)=/gu)].flatMap(([, list]) =>
        list.split(", "),
      );
      const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/gu)].map(([, label]) => label);
      const known = new Set(COMMON_LABELS);
      for (const name of names) {
        if (OWN.has(name)) continue;
        const metric = METRICS.get(name) ?? METRICS.get(name.replace(/_(?:bucket|sum|count)$/u, ""));
        assert.ok(metric, `${name} is in no node`);
        assert.equal(metric.kind === "histogram", name !== metric.name, `${name} is a ${metric.kind}`);
        metric.labels.forEach((label) => known.add(label));
      }
      for (const label of [...labels, ...shown]) assert.ok(known.has(label), `no series has the label ${label}`);
    });
  }

  it("show what a node says of itself", () => {
    const unseen = [...METRICS.keys()].filter((name) => /_(?:up|gaps_total|errors_total|throttles_total)$/u.test(name));
    const asked = questions.map(({ expr }) => expr).join("\n");
    for (const name of unseen) assert.ok(asked.includes(name), `${name} is shown nowhere`);
  });
});
