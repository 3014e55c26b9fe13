import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { ACCESS } from "../src/cache.ts";
import { freePort, plenaryBinary, start, type Running } from "./server.ts";

const run = promisify(execFile);
/** Servers before 7.2 do not know the command, and refuse an access list that names it. */
const access = ACCESS.replace(" +client|setinfo", "");
const stopping: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const stop of stopping.splice(0).reverse()) await stop();
});

test("a node that works in a cluster of one misses no command, key or channel of those that its user may use", async () => {
  const cluster = await startCluster(access);
  const node = await startNode(cluster.port);
  await node.line(/the nodes limit together/);
  await node.line(/the broker is up/);
  const seq = await sendMessage(node);
  expect(seq).toBe(1);
  expect(await cluster.denied()).toEqual([]);
});

test("a user without one of them is noticed", async () => {
  const cluster = await startCluster(access.replace(" +spublish", ""));
  const node = await startNode(cluster.port);
  await node.line(/the broker is up/);
  await sendMessage(node);
  await node.line(/the server refused a command of the broker/);
  expect(await cluster.denied()).toEqual(["spublish"]);
});

interface Cluster {
  port: number;
  denied(): Promise<string[]>;
}

async function startCluster(list: string): Promise<Cluster> {
  const folder = temporary();
  const port = await freePort();
  writeFileSync(path.join(folder, "users.acl"), `user default off\nuser plenary-node ${list} >secret\nuser admin on ~* &* +@all >admin\n`);
  const settings = { port, "cluster-enabled": "yes", "cluster-port": await freePort(), dir: folder, save: "", aclfile: path.join(folder, "users.acl") };
  const server = start("redis-server", Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]));
  stopping.push(() => server.stop());
  await server.line(/Ready to accept connections/);
  const admin = async (...command: string[]) => {
    const { stdout } = await run("redis-cli", ["-p", String(port), "--no-auth-warning", "--user", "admin", "--pass", "admin", "--json", ...command]);
    return JSON.parse(stdout) as unknown;
  };
  await admin("cluster", "addslotsrange", "0", "16383");
  await server.line(/Cluster state changed: ok/);
  const denied = async () => ((await admin("acl", "log")) as { object: string }[]).map(({ object }) => object);
  return { port, denied };
}

async function startNode(redis: number): Promise<Running> {
  const args = ["serve", "--memory", "--data-dir", temporary(), "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--log-format", "json"];
  const node = start(plenaryBinary(), [...args, "--redis-url", `redis://plenary-node:secret@127.0.0.1:${redis}`]);
  stopping.push(() => node.stop());
  await node.line(/is ready/);
  return node;
}

async function sendMessage(node: Running): Promise<number> {
  const [, url] = /(http:\S+)/.exec(await node.line(/^ +API +http/))!;
  const [, token] = /TOKEN=(\S+)/.exec(await node.line(/export TOKEN=/))!;
  const mutate = async (query: string) => {
    const answer = await fetch(url!, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: token! },
      body: JSON.stringify({ query: `mutation { ${query} }` }),
    });
    return (await answer.json()) as { data: { sendMessage?: { seq: number } } };
  };
  await mutate('createRoom(input: { id: "hall", name: "Hall" }) { id }');
  const { data } = await mutate('sendMessage(input: { roomId: "hall", content: "Hello" }) { seq }');
  return data.sendMessage!.seq;
}

function temporary(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "plenary-access-"));
  stopping.push(() => { rmSync(folder, { recursive: true }); });
  return folder;
}
