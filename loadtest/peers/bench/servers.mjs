// The servers that are measured, and how each is started.

import { randomInt } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { end, isRunning, start } from "./processes.mjs";

const READY_MS = 60_000;
const ASK_MS = 50;
const peers = join(import.meta.dirname, "..");
const binaries = process.env.BINARIES ?? join(peers, "../../target/release");

export const loadtest = join(binaries, "plenary-loadtest");
export const floor = join(binaries, "../peers/floor");

const node = (file) => (port) => start(process.execPath, [join(peers, file), port]);

/** By name: what starts each one. Plenary is first, because the others are compared with it. */
export const servers = {
  Plenary: startPlenary,
  "graphql-ws": node("graphql-ws.mjs"),
  Mercurius: node("mercurius.mjs"),
  "GraphQL Yoga": node("yoga.mjs"),
  "Apollo Server": node("apollo.mjs"),
  "async-graphql-axum": (port) => start(join(binaries, "../peers/release/async-graphql-peer"), [port]),
};

/** Does something with a server that was started for it. */
export async function withServer(name, act) {
  const data = await mkdtemp(join(tmpdir(), "plenary-bench-"));
  const port = String(randomInt(20_000, 30_000));
  const process = servers[name](port, data);
  try {
    await isReady(process, port);
    const key = name === "Plenary" ? ["--key", join(data, "development-key.pem")] : [];
    return await act({ process, target: `ws://127.0.0.1:${port}/graphql`, key });
  } finally {
    await end(process);
    await rm(data, { recursive: true });
  }
}

function startPlenary(port, data) {
  const args = ["serve", "--listen", `127.0.0.1:${port}`, "--admin-listen", "127.0.0.1:0"];
  args.push("--data-dir", data, "--memory", "--log", "warn");
  // All subscribers of a benchmark come from one machine, and at once.
  const env = { MAX_NEW_CONNECTIONS: "100000", MAX_CONNECTIONS_PER_ADDRESS: "100000", MAX_CONNECTIONS_PER_USER: "0", MAX_MESSAGE_RATE: "0" };
  return start(join(binaries, "plenary"), args, { env });
}

/** Plenary tells at /readyz; the others are ready when they answer anything. */
async function isReady(process, port) {
  const by = Date.now() + READY_MS;
  while (Date.now() < by) {
    if (!isRunning(process)) throw new Error(`the server ended:\n${process.printed}`);
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    await answer?.text();
    if (answer && answer.status !== 503) return;
    await sleep(ASK_MS);
  }
  throw new Error(`the server is not ready:\n${process.printed}`);
}
