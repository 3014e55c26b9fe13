import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Capacity, Cloud, Commands, Ended, Outputs } from "../rehearsal/cloud.ts";
import { options } from "../rehearsal/options.ts";
import { rehearse } from "../rehearsal/rehearse.ts";
import { FOLDER } from "../src/load-task.ts";
import { plenaryBinary, start, type Running } from "./server.ts";
import { template, type Properties } from "./stacks.ts";

const loadtest = () => path.join(path.dirname(plenaryBinary()), "plenary-loadtest");
const SMALL = ["--participants", "40", "--machines", "2", "--nodes", "3", "--users", "4", "--ramp", "1s", "--settle", "4s", "--duration", "2s", "--drain", "3s"];

/** Machines are processes here, the bucket is a folder, and the node is real: what they are told and what they leave is the same. */
class Here implements Cloud {
  readonly set: Capacity[] = [];
  readonly users = new Set<string>();
  broken: string | undefined;

  constructor(readonly outputs: Outputs, private readonly folder: string, private readonly keys: string) {}

  capacity() { return Promise.resolve({ least: 2, most: 8 }); }
  setCapacity(capacity: Capacity) { this.set.push(capacity); return Promise.resolve(); }
  waitForNodes() { return this.broken === "nodes" ? Promise.reject(new Error("no nodes")) : Promise.resolve(); }
  signIn(user: string, groups: readonly string[]) {
    this.users.add(user);
    const made = spawnSync(plenaryBinary(), ["token", "--data-dir", this.keys, "--user", user, ...groups.flatMap((group) => ["--group", group])]);
    return Promise.resolve(made.stdout.toString().trim());
  }
  deleteUser(user: string) { this.users.delete(user); return Promise.resolve(); }
  put(name: string, text: string) {
    mkdirSync(path.dirname(this.file(name)), { recursive: true });
    writeFileSync(this.file(name), text);
    return Promise.resolve();
  }
  get(name: string) {
    try {
      return Promise.resolve(readFileSync(this.file(name), "utf8"));
    } catch {
      return Promise.resolve(undefined);
    }
  }
  delete(name: string) { rmSync(this.file(name)); return Promise.resolve(); }

  /** A machine: its first container copies in, the second makes load, the third copies out. */
  async run({ fetch, load, deliver }: Commands): Promise<Ended> {
    const machine = mkdtempSync(path.join(this.folder, "machine-"));
    const here = (argument: string) => argument.replace(FOLDER, machine).replace(/^s3:\/\/bucket\//, `${this.folder}/`);
    const copy = async (args: readonly string[]) => {
      const [from, to] = args.slice(-2).map(here);
      await promisify(execFile)("cp", [from!, to!]);
    };
    await copy(fetch);
    const broken = this.broken === "load" && load.includes("1/2");
    const args = broken ? ["run", "--help-me"] : load.map(here);
    const exitCode = await promisify(execFile)(loadtest(), args).then(() => 0, (error: unknown) => (error as { code: number }).code);
    await copy(deliver).catch(() => undefined);
    return { exitCode, reason: "" };
  }

  file(name: string) { return path.join(this.folder, name); }
}

describe("a rehearsal", () => {
  let folder: string;
  let node: Running;
  let cloud: Here;
  const said: string[] = [];
  const go = () => rehearse({
    id: "rehearsal-1", cloud, signal: new AbortController().signal, startIn: 0,
    asked: { ...options(SMALL), into: path.join(folder, "report"), loadtest: loadtest() },
    say: (line) => said.push(line),
  });

  beforeEach(async () => {
    said.length = 0;
    folder = mkdtempSync(path.join(tmpdir(), "plenary-rehearsal-"));
    const keys = path.join(folder, "keys");
    node = start(plenaryBinary(), ["serve", "--memory", "--data-dir", keys, "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]);
    const [, address] = /http:\/\/(\S+)\/graphql/.exec(await node.line(/^ +API +http/))!;
    cloud = new Here({ Target: `ws://${address!}/graphql`, Bucket: "bucket" } as Outputs, folder, keys);
  });
  afterEach(async () => {
    await node.stop();
    rmSync(folder, { recursive: true });
  });

  test("makes load from all machines in one room, reports on the whole, and leaves nothing behind", async () => {
    const report = await go();
    expect(report).toContain("PASSED");
    const whole = JSON.parse(readFileSync(path.join(folder, "report", "report.json"), "utf8")) as Properties;
    expect(whole).toMatchObject({ counts: { participants: 40, messages: 10, deliveries: 400 }, settings: { machines: "2" }, violations: 0 });
    expect(readFileSync(path.join(folder, "report", "report.html"), "utf8")).toContain("<html");
    expect(cloud.set).toEqual([{ least: 3, most: 8 }, { least: 2, most: 8 }]);
    expect(cloud.users.size).toBe(0);
    expect(await cloud.get("rehearsal-1/tokens.txt")).toBeUndefined();
  });
  test("changes everything back when nodes do not come", async () => {
    cloud.broken = "nodes";
    await expect(go()).rejects.toThrow("no nodes");
    expect(cloud.set.at(-1)).toEqual({ least: 2, most: 8 });
    expect(cloud.users.size).toBe(0);
  });
  test("fails when a machine does, and reports what the others saw", async () => {
    cloud.broken = "load";
    await expect(go()).rejects.toThrow(/not all machines/);
    expect(said).toContain("machine 1 left no report");
    expect(cloud.set.at(-1)).toEqual({ least: 2, most: 8 });
  });
});

describe("what a rehearsal is asked", () => {
  test("must fit the files of a machine", () => {
    expect(() => options(["--machines", "2"])).toThrow("--machines must be at least 9");
  });
  test("must fit the sockets that a user may have on a node", () => {
    expect(() => options(["--users", "100"])).toThrow("--users must be at least 1042");
  });
  test("must be counts", () => {
    expect(() => options(["--nodes", "many"])).toThrow("--nodes is no count: many");
    expect(() => options(["--messages-per-second", "0"])).toThrow("--messages-per-second is no rate");
  });
  test("finds in the outputs of the stack all that it reads", () => {
    const outputs = Object.keys(template("Rehearsal").toJSON()["Outputs"] as Properties).filter((name) => !name.startsWith("Exports"));
    expect(outputs.sort()).toEqual(["Bucket", "Client", "Cluster", "SecurityGroup", "Service", "Subnets", "Target", "TaskDefinition", "UserPool"]);
  });
});
