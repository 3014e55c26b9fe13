import type { App } from "aws-cdk-lib";

export function acknowledge(_app: App) {
}
