import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { Child, freePort, isListening, isOk } from "./child.mjs";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const plenary =
  process.env.PLENARY_BIN ?? join(process.env.CARGO_TARGET_DIR ?? join(repository, "target"), "debug", "plenary");




/**
 * Starts a cluster of its own: Redis, a table, and nodes that share both and one development key.
 * With DYNAMODB_ENDPOINT set, the table is the one there instead.
 */
export async function startCluster({ nodes: count }) {
  const dataDir = await mkdtemp(join(tmpdir(), "plenary-clients-"));
  const children = [];
  const stop = async () => {
    for (const child of children.reverse()) await child.stop();
    await rm(dataDir, { recursive: true });
  };
  try {
    const env = {
      // Tests send as fast as they can.
      MAX_MESSAGE_RATE: "0",
      DATA_DIR: dataDir,
      REDIS_URL: await startRedis(children),
      DYNAMODB: process.env.DYNAMODB_ENDPOINT ?? (await startTable(children)),
    };
    const nodes = [];
    // One after the other: the first one makes the table and the development key.
    while (nodes.length < count) nodes.push(await startNode(children, env));
    return { nodes, stop, token: (user, ...groups) => token(dataDir, user, groups) };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startRedis(children) {
  const port = await freePort();
  const args = ["--bind", "127.0.0.1", "--port", `${port}`, "--save", "", "--appendonly", "no"];
  await start(children, new Child("redis-server", "redis-server", args), () => isListening(port));
  return `redis://127.0.0.1:${port}`;
}

async function startTable(children) {
  const port = await freePort();
  const child = new Child("plenary dynamodb", plenary, ["dynamodb", "--port", `${port}`, "--memory"]);
  await start(children, child, () => isListening(port));
  return `http://127.0.0.1:${port}`;
}

async function startNode(children, env) {
  const host = `127.0.0.1:${await freePort()}`;
  const admin = `127.0.0.1:${await freePort()}`;
  const child = new Child(`plenary serve (${host})`, plenary, ["serve", "--create-table"], {
    ...env,
    LISTEN: host,
    ADMIN_LISTEN: admin,
  });
  await start(children, child, () => isOk(`http://${host}/readyz`));
  return {
    page: `http://${host}`,
    http: `http://${host}/graphql`,
    ws: `ws://${host}/graphql`,
    stop: () => child.stop(),
    kill: () => child.kill(),
  };
}

async function start(children, child, probe) {
  children.push(child);
  await child.ready(probe);
}

/** A token of the development issuer, whose key the nodes of the cluster share. */
async function token(dataDir, user, groups) {
  const args = ["token", "--user", user, ...groups.flatMap((group) => ["--group", group])];
  const { stdout } = await promisify(execFile)(plenary, args, { env: { PATH: process.env.PATH, DATA_DIR: dataDir } });
  return stdout.trim();
}
