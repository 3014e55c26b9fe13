import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import type { Capacity, Cloud, Ended } from "./cloud.ts";
import { machineCommands, reportName } from "./machine.ts";
import type { Options } from "./options.ts";
import { deleteUsers, makeTokens } from "./tokens.ts";

/** Machines start within two minutes of each other, and begin together. */
const START = 150;

interface Run {
  readonly id: string;
  readonly cloud: Cloud;
  readonly asked: Options;
  /** Ends it early; what was changed is changed back all the same. */
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** Seconds until machines begin; a test has none to wait for. */
  readonly startIn?: number;
}

/** Scales up, makes tokens, makes load, gathers and merges the reports, scales down. Returns the report's text. */
export async function rehearse(run: Run): Promise<string> {
  const { cloud, asked, say } = run;
  const before = await cloud.capacity();
  const undo: (() => Promise<void>)[] = [];
  try {
    say(`${asked.nodes} nodes, before ${before.least} to ${before.most}`);
    undo.push(() => cloud.setCapacity(before));
    await cloud.setCapacity(forRehearsal(before, asked.nodes));
    say(`${asked.users + 1} accounts`);
    undo.push(() => deleteUsers(cloud, run.id, asked.users));
    const tokens = await makeTokens(cloud, run.id, asked.users);
    undo.push(() => cloud.delete(`${run.id}/tokens.txt`));
    await cloud.put(`${run.id}/tokens.txt`, tokens);
    await cloud.waitForNodes(asked.nodes);
    run.signal.throwIfAborted();
    say(`${asked.participants} participants from ${asked.machines} machines: ${asked.scenario}`);
    const ended = await makeLoad(run);
    ended.forEach(({ exitCode, reason }, shard) => { if (exitCode !== 0) say(`machine ${shard}: exit code ${exitCode ?? "none"} ${reason}`); });
    const report = await merge(run);
    if (ended.some(({ exitCode }) => exitCode !== 0)) throw new Error(`not all machines were content\n${report}`);
    return report;
  } finally {
    for (const step of undo.reverse()) await step().catch((error: unknown) => { say(`left as it is: ${String(error)}`); });
  }
}

function forRehearsal(before: Capacity, nodes: number): Capacity {
  return { least: Math.max(before.least, nodes), most: Math.max(before.most, nodes) };
}

async function makeLoad({ cloud, asked, id, signal, startIn = START }: Run): Promise<Ended[]> {
  const startAt = Math.ceil(Date.now() / 1000) + startIn;
  const machines = Array.from({ length: asked.machines }, (_, shard) =>
    cloud.run(machineCommands(cloud.outputs, asked, { id, startAt }, shard), signal),
  );
  return Promise.all(machines);
}

/** A machine that ended badly may have left a report, and the others did. */
async function merge({ cloud, asked, id, say }: Run): Promise<string> {
  mkdirSync(asked.into, { recursive: true });
  const files: string[] = [];
  for (let shard = 0; shard < asked.machines; shard += 1) {
    const text = await cloud.get(`${id}/${reportName(shard)}`);
    if (text === undefined) {
      say(`machine ${shard} left no report`);
      continue;
    }
    const file = path.join(asked.into, reportName(shard));
    writeFileSync(file, text);
    files.push(file);
  }
  if (files.length === 0) throw new Error("no machine left a report");
  const whole = (name: string) => path.join(asked.into, name);
  const args = ["report", "--json", whole("report.json"), "--html", whole("report.html"), ...files];
  const { stdout, failed } = await reportOf(asked.loadtest, args);
  if (failed) say("the load generator found something missing");
  return stdout;
}

/** The load generator fails when somebody missed something, and says what; that is a report too. */
async function reportOf(loadtest: string, args: string[]): Promise<{ stdout: string; failed: boolean }> {
  try {
    const { stdout } = await promisify(execFile)(loadtest, args);
    return { stdout, failed: false };
  } catch (error) {
    const { stdout, code } = error as { stdout?: string; code?: unknown };
    if (typeof code !== "number") throw error;
    return { stdout: stdout ?? "", failed: true };
  }
}
