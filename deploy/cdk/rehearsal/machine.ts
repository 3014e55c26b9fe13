import type { Commands, Outputs } from "./cloud.ts";
import type { Options } from "./options.ts";

/** Where the containers of a machine meet; the load task mounts it. */
import { FOLDER } from "../src/load-task.ts";

/** What one machine of a run is told. */
export function machineCommands(outputs: Outputs, asked: Options, run: { id: string; startAt: number }, shard: number): Commands {
  const objects = `s3://${outputs.Bucket}/${run.id}`;
  const tokens = `${FOLDER}/tokens.txt`;
  const report = `${FOLDER}/report.json`;
  return {
    fetch: ["s3", "cp", "--no-progress", `${objects}/tokens.txt`, tokens],
    load: [
      "run",
      "--target", outputs.Target,
      "--tokens", tokens,
      "--shard", `${shard}/${asked.machines}`,
      "--start-at", String(run.startAt),
      "--run-id", run.id,
      "--scenario", asked.scenario,
      "--participants", String(asked.participants),
      "--messages-per-second", String(asked.messagesPerSecond),
      "--ramp", asked.ramp,
      "--settle", asked.settle,
      "--duration", asked.duration,
      "--drain", asked.drain,
      "--json", report,
    ],
    deliver: ["s3", "cp", "--no-progress", report, `${objects}/${reportName(shard)}`],
  };
}

export function reportName(shard: number): string {
  return `report-${shard}.json`;
}
