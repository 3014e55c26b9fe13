import type { CodegenConfig } from "@graphql-codegen/cli";

/** Types of the schema, and beside each `.graphql` file its documents with their types. */
const config: CodegenConfig = {
  schema: "../schema/schema.graphql",
  documents: ["src/**/*.graphql", "!src/graphiql/**"],
  config: {
    scalars: { DateTime: "string", ID: "string", JSON: "unknown" },
    enumsAsTypes: true,
    useTypeImports: true,
    avoidOptionals: { field: true },
    skipTypename: true,
    preResolveTypes: true,
  },
  generates: {
    "src/schema.generated.ts": { plugins: ["typescript"] },
    "src/": {
      preset: "near-operation-file",
      presetConfig: { extension: ".generated.ts", baseTypesPath: "schema.generated.ts" },
      plugins: ["typescript-operations", "typed-document-node"],
    },
  },
};

export default config;
