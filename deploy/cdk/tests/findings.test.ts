import { Validations } from "aws-cdk-lib";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, test } from "vitest";
import { acknowledged } from "../src/acknowledged.ts";
import { plenary } from "../src/app.ts";
import { installation, sizes } from "../settings.ts";
import { CLOSED, EVERYTHING, stack } from "./stacks.ts";

describe("cdk-nag", () => {
  test.each([["small", sizes.small], ["event", sizes.event], ["everything", EVERYTHING], ["closed", CLOSED]])("finds nothing unexplained in the size %s", (_name, size) => {
    const app = plenary(installation, size);
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(() => app.synth()).not.toThrow();
  });
  test("finds what is not explained", () => {
    const app = plenary(installation, sizes.small);
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    new Bucket(stack(app, "Service"), "Unexplained");
    expect(() => app.synth()).toThrow(/Unexplained/);
  });
});

test("every explanation belongs to something that there is", () => {
  const app = plenary(installation, EVERYTHING);
  for (const { stack: part, path, rule } of acknowledged(installation)) {
    const construct = path.split("/").reduce((parent, id) => parent?.node.tryFindChild(id), app.node.tryFindChild(`${installation.name}${part}`));
    expect(construct, `${rule} at ${part}/${path}`).toBeDefined();
  }
});
