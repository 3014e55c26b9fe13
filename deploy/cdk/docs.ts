import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { withTables, type Catalogue } from "./src/tables.ts";

const root = path.resolve(import.meta.dirname, "../..");
const file = path.join(root, "docs/operations.md");
const catalogue = JSON.parse(readFileSync(path.join(root, "deploy/metrics.json"), "utf8")) as Catalogue;
writeFileSync(file, withTables(readFileSync(file, "utf8"), catalogue));
