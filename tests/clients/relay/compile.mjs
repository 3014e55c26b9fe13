// Compiles the documents as the build of a Relay application does, one file for each.

import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import compiler from "relay-compiler";

import * as documents from "../documents.mjs";

const build = new URL("build/", import.meta.url);

await rm(build, { recursive: true, force: true });
await mkdir(new URL("artifacts/", build), { recursive: true });
const index = [];
for (const [name, document] of Object.entries(documents)) {
  const module = name.replace(/(Query|Mutation|Subscription)$/, "");
  await writeFile(new URL(`${module}.js`, build), `graphql\`${document}\`;\n`);
  index.push(`export { default as ${name} } from "./artifacts/${name}.graphql.js";\n`);
}
await promisify(execFile)(compiler, { cwd: fileURLToPath(new URL(".", import.meta.url)) });
await writeFile(new URL("index.mjs", build), index.join(""));
