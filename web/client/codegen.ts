import type { CodegenConfig } from "@graphql-codegen/cli";

/** Types, enums and typed documents from the server's own SDL; nothing about its types is written by hand. */
const config: CodegenConfig = {
  schema: "../../schema/schema.graphql",
  documents: "src/documents/*.graphql",
  config: {
    useTypeImports: true,
    scalars: { ID: "string", DateTime: "string", JSON: "unknown" },
  },
  generates: {
    "src/generated/operations.ts": {
      plugins: ["typescript-operations", "typed-document-node"],
      config: { nonOptionalTypename: true, inlineFragmentTypes: "combine" },
    },
    // No operation names the codes of errors, so the file above has them not.
    "src/generated/enums.ts": {
      plugins: ["typescript"],
      config: { onlyEnums: true, enumsAsConst: true },
    },
  },
};

export default config;
