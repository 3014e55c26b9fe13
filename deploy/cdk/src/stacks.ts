import { Stack, Tags, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { Installation } from "./settings.ts";

/** A stack of this installation: its name, place and tag. */
export class PlenaryStack extends Stack {
  constructor(scope: Construct, part: string, private readonly installation: Installation, props: StackProps = {}) {
    super(scope, `${installation.name}${part}`, {
      env: { account: installation.account, region: installation.region },
      ...props,
    });
    Tags.of(this).add("Project", installation.name);
  }

  /** The zones of the settings, asked of nobody. */
  override get availabilityZones(): string[] {
    return [...this.installation.availabilityZones];
  }
}
