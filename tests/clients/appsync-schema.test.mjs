import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { generateGraphQLDocuments } from "@aws-amplify/graphql-docs-generator";
import { generateFromString } from "@aws-amplify/graphql-types-generator";
import { codegen } from "@graphql-codegen/core";
import * as typescript from "@graphql-codegen/typescript";
import * as operationTypes from "@graphql-codegen/typescript-operations";
import { parse } from "graphql";

import { startWorld } from "./support/world.mjs";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const plenary =
  process.env.PLENARY_BIN ?? join(process.env.CARGO_TARGET_DIR ?? join(repository, "target"), "debug", "plenary");

/** What Amplify's tools know of themselves, and graphql-codegen is told. */
const SCALARS = "scalar AWSDateTime scalar AWSJSON";

/** What `amplify codegen` asks for as the maximum statement depth, if one just presses Enter. */
const DEPTH = 2;

const APOLLO = { module: "apps/apollo.mjs" };

describe("the schema in AppSync's dialect", { timeout: 120_000 }, () => {
  let sdl;
  let documents;

  before(async () => {
    ({ stdout: sdl } = await promisify(execFile)(plenary, ["schema", "--appsync"], { env: {} }));
    documents = generateGraphQLDocuments(sdl, { maxDepth: DEPTH, typenameIntrospection: true });
  });

  const all = ({ queries, mutations, subscriptions }) =>
    [queries, mutations, subscriptions].flatMap((documents) => [...documents.values()]).join("\n");

  it("has a document of `amplify codegen` for each field of its roots", () => {
    const { queries, mutations, subscriptions } = documents;
    const names = (root) => {
      const { fields } = parse(sdl).definitions.find(({ name }) => name?.value === root);
      return fields.map(({ name }) => name.value);
    };
    assert.deepEqual([...queries.keys()], names("Query"));
    assert.deepEqual([...mutations.keys()], names("Mutation"));
    assert.deepEqual([...subscriptions.keys()], names("Subscription"));
  });

  for (const target of ["typescript", "flow", "swift", "angular"]) {
    it(`gives \`amplify codegen\` types for ${target}, however deep its documents are`, () => {
      for (const maxDepth of [1, DEPTH, 3, 4]) {
        const operations = all(generateGraphQLDocuments(sdl, { maxDepth, typenameIntrospection: true }));
        const [types] = Object.values(generateFromString(sdl, false, operations, target, false, {}));
        assert.match(types, /OnSendMessage/);
      }
    });
  }

  it("gives graphql-codegen types of its own and of the documents of `amplify codegen`", async () => {
    const typesOf = (schema) =>
      codegen({
        filename: "types.ts",
        schema: parse(schema),
        documents: [{ location: "operations.graphql", document: parse(all(documents)) }],
        pluginMap: { typescript, operationTypes },
        plugins: [{ typescript: {} }, { operationTypes: {} }],
        config: { strictScalars: true, scalars: { AWSDateTime: "string", AWSJSON: "Record<string, unknown>" } },
      });
    const types = await typesOf(`${sdl} ${SCALARS}`);
    assert.match(types, /export type OnSendMessageSubscriptionVariables/);
    assert.match(types, /AWSDateTime: { input: string; output: string; }/);
    await assert.rejects(typesOf(sdl), /Unknown type: "AWSDateTime"/);
  });

  it("has documents that a node serves", async () => {
    const world = await startWorld();
    try {
      const { queries, mutations, subscriptions } = documents;
      const connect = async (...user) => world.start(APOLLO, { token: await world.token(...user) });
      const [host, ada] = [await connect("host", "plenary-hosts"), await connect("ada")];
      const mutate = async (application, name, input) => {
        const document = { name: `${name}Mutation`, document: mutations.get(name) };
        return (await application.request(document, { input }))[name];
      };
      const { id: roomId } = await mutate(host, "createRoom", { name: "Hall" });
      // The variables that are not given filter nothing, though the document names them all.
      const subscribe = (name, variables) =>
        ada.subscribe({ name, document: subscriptions.get(name) }, { roomId, ...variables });
      const streams = {
        onSendMessage: await subscribe("onSendMessage"),
        onSendReply: await subscribe("onSendReply"),
        onChangeMessage: await subscribe("onChangeMessage", { questionStatus: null }),
        onDeleteMessage: await subscribe("onDeleteMessage", { kind: "CHAT" }),
      };

      const metadata = JSON.stringify({ topic: "the budget" });
      const sent = await mutate(ada, "sendMessage", { roomId, content: "hello", metadata });
      assert.deepEqual(sent.metadata, { topic: "the budget" });
      const reply = await mutate(host, "sendReply", { messageId: sent.id, content: "welcome" });
      const edited = await mutate(ada, "editMessage", { messageId: sent.id, content: "hello there" });
      const deleted = await mutate(ada, "deleteMessage", { messageId: sent.id });

      const heard = {};
      for (const [name, stream] of Object.entries(streams)) heard[name] = (await stream.take())[name];
      const version = ({ id, version }) => ({ id, version });
      assert.deepEqual(version(heard.onSendMessage), version(sent));
      assert.deepEqual(version(heard.onSendReply), version(reply));
      assert.deepEqual(version(heard.onChangeMessage), version(edited));
      assert.deepEqual(version(heard.onDeleteMessage), version(deleted));

      const query = { name: "messages", document: queries.get("messages") };
      const { messages } = await ada.request(query, { roomId, last: 10 });
      assert.deepEqual(messages.nodes.map(({ id }) => id), [sent.id]);
    } finally {
      await world.stop();
    }
  });
});
