import { readFileSync } from "node:fs";
import path from "node:path";
import type { Catalogue } from "../src/tables.ts";

/** The checkout. */
export const ROOT = path.resolve(import.meta.dirname, "../../..");

export function read(file: string): string {
  return readFileSync(path.join(ROOT, file), "utf8");
}

export function catalogue(): Catalogue {
  return JSON.parse(read("deploy/metrics.json")) as Catalogue;
}
