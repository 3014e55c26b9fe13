import { DescribeTasksCommand, RunTaskCommand, StopTaskCommand, type ECSClient, type Task } from "@aws-sdk/client-ecs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Commands, Ended, Outputs } from "./cloud.ts";

/** Starts a task of the load and waits until it has stopped; ends it when the rehearsal is ended. */
export async function runMachine(ecs: ECSClient, outputs: Outputs, commands: Commands, signal: AbortSignal): Promise<Ended> {
  const { Cluster: cluster } = outputs;
  const { tasks, failures } = await ecs.send(
    new RunTaskCommand({
      cluster,
      taskDefinition: outputs.TaskDefinition,
      launchType: "FARGATE",
      platformVersion: "1.4.0",
      propagateTags: "TASK_DEFINITION",
      networkConfiguration: {
        awsvpcConfiguration: { subnets: outputs.Subnets.split(","), securityGroups: [outputs.SecurityGroup], assignPublicIp: "ENABLED" },
      },
      overrides: { containerOverrides: Object.entries(commands).map(([name, command]: [string, readonly string[]]) => ({ name, command: [...command] })) },
    }),
  );
  const task = tasks?.[0]?.taskArn;
  if (task === undefined) return { exitCode: undefined, reason: failures?.[0]?.reason ?? "not started" };
  const stop = () => { void ecs.send(new StopTaskCommand({ cluster, task, reason: "the rehearsal was ended" })); };
  signal.addEventListener("abort", stop);
  try {
    return ended(await stopped(ecs, cluster, task));
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

async function stopped(ecs: ECSClient, cluster: string, task: string): Promise<Task> {
  for (;;) {
    const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [task] }));
    const found = tasks?.[0];
    if (found?.lastStatus === "STOPPED") return found;
    await sleep(10_000);
  }
}

function ended(task: Task): Ended {
  const load = task.containers?.find(({ name }) => name === "load");
  return { exitCode: load?.exitCode, reason: load?.reason ?? task.stoppedReason ?? "" };
}
