/** `deploy/metrics.json`, which `plenary reference metrics` writes. */
export interface Catalogue {
  cloudwatch: { namespace: string; dimension: string; metrics: { name: string; unit: string; statistic: string; meaning: string }[] };
  prometheus: { name: string; kind: string; labels: string[]; meaning: string }[];
}

/** The tables of `docs/operations.md`, each a head and its rows. */
export function tables({ cloudwatch, prometheus }: Catalogue): string[] {
  const ofCloudWatch = cloudwatch.metrics.map(({ name, unit, statistic, meaning }) => `| \`${name}\` | ${unit} | ${statistic} | ${meaning} |`);
  const ofPrometheus = prometheus.map(
    ({ name, kind, labels, meaning }) => `| \`${name}\` | ${kind} | ${labels.map((label) => `\`${label}\``).join(", ")} | ${meaning} |`,
  );
  return [
    ["| metric | unit | statistic | meaning |", "|---|---|---|---|", ...ofCloudWatch].join("\n"),
    ["| metric | kind | labels | meaning |", "|---|---|---|---|", ...ofPrometheus].join("\n"),
  ];
}

/** The document with its tables as the catalogue is now. */
export function withTables(document: string, catalogue: Catalogue): string {
  const [ofCloudWatch, ofPrometheus] = tables(catalogue) as [string, string];
  return document
    .replace(/\| metric \| unit \|(?:.*\n)+?(?=\n)/, `${ofCloudWatch}\n`)
    .replace(/\| metric \| kind \|(?:.*\n)+?(?=\n)/, `${ofPrometheus}\n`);
}
