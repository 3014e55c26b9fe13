import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { plenary } from "../src/app.ts";
import { installation, sizes } from "../settings.ts";

// The context of the command line is in the environment, where each app finds it.
const name: unknown = new App({ autoSynth: false }).node.tryGetContext("size") ?? "small";
if (name !== "small" && name !== "event") throw new Error(`there is no size ${String(name)}: small, event`);

const app = plenary(installation, sizes[name]);
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
