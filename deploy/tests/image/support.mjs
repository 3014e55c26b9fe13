import { execFile, spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const repository = fileURLToPath(new URL("../../..", import.meta.url));

const POLL_MS = 100;
const MAX_BUFFER = 64 * 1024 * 1024;

/** Runs a program in the repository, and returns what it prints. */
export async function run(program, ...args) {
  const { stdout } = await promisify(execFile)(program, args, { cwd: repository, maxBuffer: MAX_BUFFER });
  return stdout.trim();
}

/** Docker or Podman. */
export const containers = (...args) => run("deploy/image/containers.sh", ...args);

/** Compose, with the file of the laptop's cluster. */
export const compose = (...args) => run("deploy/compose/compose.sh", ...args);

/** Starts a container, and returns its process; `lines` are what it says on standard error. */
export function start(...args) {
  const child = spawn("deploy/image/containers.sh", args, { cwd: repository, stdio: ["ignore", "pipe", "pipe"] });
  child.output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (child.output += chunk));
  return child;
}

/** Waits until `probe` answers true, and fails after `patience` with what came in between. */
export async function eventually(what, probe, patience = 120_000) {
  const deadline = Date.now() + patience;
  for (let cause; ; await delay(POLL_MS)) {
    try {
      if (await probe()) return;
    } catch (error) {
      cause = error;
    }
    if (Date.now() > deadline) throw new Error(`${what}: not within ${patience} ms`, { cause });
  }
}

/** Whether the address answers with a status of success. */
export async function isOk(url) {
  return (await fetch(url)).ok;
}
