import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { describe, it } from "node:test";

import { buildSchema, parse, validate } from "graphql";

import * as documents from "./documents.mjs";

const schema = buildSchema(await readFile(new URL("../../schema/schema.graphql", import.meta.url), "utf8"));
const examples = new URL("../../web/src/graphiql/examples/", import.meta.url);

describe("every document fits the schema", () => {
  for (const [name, document] of Object.entries(documents)) {
    it(name, () => assert.deepEqual(validate(schema, parse(document)), []));
  }
});

describe("every example of the GraphiQL page fits the schema", async () => {
  for (const file of await readdir(examples)) {
    it(file, async () => {
      const document = parse(await readFile(new URL(file, examples), "utf8"));
      assert.deepEqual(validate(schema, document), []);
    });
  }
});
