import { readFileSync } from "node:fs";
import path from "node:path";

/** The checkout. */
export const ROOT = path.resolve(import.meta.dirname, "../../..");

export function read(file: string): string {
  return readFileSync(path.join(ROOT, file), "utf8");
}

/** `deploy/metrics.json`, which `plenary reference metrics` writes. */
export interface Catalogue {
  cloudwatch: { namespace: string; dimension: string; metrics: { name: string; unit: string; statistic: string; meaning: string }[] };
  prometheus: { name: string; kind: string; labels: string[]; meaning: string }[];
}

export function catalogue(): Catalogue {
  return JSON.parse(read("deploy/metrics.json")) as Catalogue;
}
