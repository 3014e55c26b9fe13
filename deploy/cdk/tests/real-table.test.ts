import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { read } from "./repository.ts";
import { plenaryBinary, start, type Running } from "./server.ts";
import { only, template, type Properties } from "./stacks.ts";

const made = only(template("Foundation"), "AWS::DynamoDB::Table");
const byName = (one: unknown, other: unknown) => JSON.stringify(one).localeCompare(JSON.stringify(other));

describe("the table is the one that the code makes", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "plenary-table-"));
  let node: Running;
  let table: Properties;
  let expiry: Properties;

  beforeAll(async () => {
    const args = ["serve", "--memory", "--data-dir", folder, "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--log-format", "json"];
    node = start(plenaryBinary(), args);
    const { "table.address": address } = JSON.parse(await node.line(/embedded table started/)) as { "table.address": string };
    await node.line(/is ready/);
    table = (await ask(address, "DescribeTable"))["Table"] as Properties;
    expiry = (await ask(address, "DescribeTimeToLive"))["TimeToLiveDescription"] as Properties;
  });
  afterAll(async () => {
    await node.stop();
    rmSync(folder, { recursive: true });
  });

  test("in its keys and their types", () => {
    expect(made["KeySchema"]).toEqual(table["KeySchema"]);
    expect((made["AttributeDefinitions"] as Properties[]).sort(byName)).toEqual((table["AttributeDefinitions"] as Properties[]).sort(byName));
  });
  test("in its indexes, their keys and what they hold", () => {
    const shape = (indexes: Properties[]) => indexes.map((index) => ["IndexName", "KeySchema", "Projection"].map((name) => [name, index[name] as unknown])).sort(byName);
    expect(shape(made["GlobalSecondaryIndexes"] as Properties[])).toEqual(shape(table["GlobalSecondaryIndexes"] as Properties[]));
  });
  test("in what its stream shows, which the embedded table does not tell, so the code is asked", () => {
    const [, shows] = /stream_view_type\(StreamViewType::(\w+)\)/.exec(read("resolvers/src/source/definition.rs"))!;
    expect(made["StreamSpecification"]).toEqual({ StreamViewType: shows!.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase() });
  });
  test("in the attribute by which rows expire", () => {
    expect(made["TimeToLiveSpecification"]).toEqual({ AttributeName: expiry["AttributeName"] as string, Enabled: true });
  });
});

/** The embedded table takes any signature. */
async function ask(address: string, operation: string): Promise<Properties> {
  const answer = await fetch(`http://${address}/`, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `DynamoDB_20120810.${operation}`,
      authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
    },
    body: JSON.stringify({ TableName: "plenary" }),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Properties;
}
