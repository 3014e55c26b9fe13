import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  globalIgnores(["cdk.out"]),
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // A number in a text says what it means.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // `new Alarm(this, ...)` is how the CDK adds a resource.
      "@typescript-eslint/no-unused-expressions": "off",
      // Classes that only build, which is what a construct is.
      "@typescript-eslint/no-extraneous-class": "off",
    },
  },
  // A test that finds nothing where something must be fails, and that is its right.
  { files: ["tests/**"], rules: { "@typescript-eslint/no-non-null-assertion": "off" } },
  { files: ["**/*.js"], ...tseslint.configs.disableTypeChecked },
);
