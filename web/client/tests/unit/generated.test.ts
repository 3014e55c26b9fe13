import { generate } from "@graphql-codegen/cli";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

import config from "../../codegen.ts";

it("what is generated is what the schema and the documents say now; else run `npm run generate`", async () => {
  const cwd = fileURLToPath(new URL("../..", import.meta.url));
  const files = (await generate({ ...config, cwd, silent: true }, false)) as { filename: string; content: string }[];
  expect(files.length).toBeGreaterThan(0);
  for (const { filename, content } of files) expect(await readFile(new URL(filename, `file://${cwd}`), "utf8")).toBe(content);
});
