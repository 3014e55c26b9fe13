import { ApplicationAutoScalingClient, DescribeScalableTargetsCommand, RegisterScalableTargetCommand } from "@aws-sdk/client-application-auto-scaling";
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { DescribeServicesCommand, ECSClient, waitUntilServicesStable } from "@aws-sdk/client-ecs";
import { DeleteObjectCommand, GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { setTimeout as sleep } from "node:timers/promises";
import { runMachine } from "./aws-machine.ts";
import { AwsUsers } from "./aws-users.ts";
import type { Capacity, Cloud, Commands, Ended, Outputs } from "./cloud.ts";

const DIMENSION = { ServiceNamespace: "ecs", ScalableDimension: "ecs:service:DesiredCount" } as const;
/** Fargate starts 24 tasks in a minute or two; what takes longer is stuck. */
const PATIENCE_SECONDS = 900;

/** AWS, with the credentials of the environment. */
export class Aws implements Cloud {
  private readonly ecs: ECSClient;
  private readonly s3: S3Client;
  private readonly scaling: ApplicationAutoScalingClient;
  private readonly users: AwsUsers;

  private constructor(readonly outputs: Outputs, region: string) {
    const config = { region, maxAttempts: 10, retryMode: "adaptive" };
    this.ecs = new ECSClient(config);
    // Path style, which emulators know too.
    this.s3 = new S3Client({ ...config, forcePathStyle: true });
    this.scaling = new ApplicationAutoScalingClient(config);
    this.users = new AwsUsers(config, outputs);
  }

  /** Reads what there is from the outputs of the stack. */
  static async of(installation: string, region: string): Promise<Aws> {
    const { Stacks } = await new CloudFormationClient({ region }).send(new DescribeStacksCommand({ StackName: `${installation}Rehearsal` }));
    const told = (Stacks?.[0]?.Outputs ?? []).map(({ OutputKey = "", OutputValue = "" }): [string, string] => [OutputKey, OutputValue]);
    return new Aws(Object.fromEntries(told) as Record<keyof Outputs, string>, region);
  }

  async capacity(): Promise<Capacity> {
    const { ServiceNamespace } = DIMENSION;
    const { ScalableTargets } = await this.scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace, ResourceIds: [this.resource] }));
    const target = ScalableTargets?.[0];
    if (target?.MinCapacity === undefined || target.MaxCapacity === undefined) throw new Error(`${this.resource} does not scale`);
    return { least: target.MinCapacity, most: target.MaxCapacity };
  }

  async setCapacity({ least, most }: Capacity): Promise<void> {
    await this.scaling.send(new RegisterScalableTargetCommand({ ...DIMENSION, ResourceId: this.resource, MinCapacity: least, MaxCapacity: most }));
  }

  async waitForNodes(count: number): Promise<void> {
    const { Cluster: cluster, Service: service } = this.outputs;
    // Scaling raises the desired count some seconds after its least.
    for (let waited = 0; (await this.desired()) < count; waited += 5) {
      if (waited > PATIENCE_SECONDS) throw new Error(`the service does not want ${count} nodes`);
      await sleep(5_000);
    }
    await waitUntilServicesStable({ client: this.ecs, maxWaitTime: PATIENCE_SECONDS }, { cluster, services: [service] });
  }

  signIn(user: string, groups: readonly string[]): Promise<string> {
    return this.users.signIn(user, groups);
  }

  deleteUser(user: string): Promise<void> {
    return this.users.delete(user);
  }

  async put(name: string, text: string): Promise<void> {
    await this.s3.send(new PutObjectCommand({ Bucket: this.outputs.Bucket, Key: name, Body: text }));
  }

  async get(name: string): Promise<string | undefined> {
    try {
      const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.outputs.Bucket, Key: name }));
      return await Body?.transformToString();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  async delete(name: string): Promise<void> {
    await this.s3.send(new DeleteObjectCommand({ Bucket: this.outputs.Bucket, Key: name }));
  }

  run(commands: Commands, signal: AbortSignal): Promise<Ended> {
    return runMachine(this.ecs, this.outputs, commands, signal);
  }

  private get resource(): string {
    return `service/${this.outputs.Cluster}/${this.outputs.Service}`;
  }

  private async desired(): Promise<number> {
    const { Cluster: cluster, Service: service } = this.outputs;
    const { services } = await this.ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
    return services?.[0]?.desiredCount ?? 0;
  }
}
