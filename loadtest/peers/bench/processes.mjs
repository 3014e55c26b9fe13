// Starts programs with as many open files as the system allows, and ends them.

import { spawn } from "node:child_process";
import { once } from "node:events";

const RAISE = 'ulimit -S -n "$(ulimit -H -n)"; exec "$0" "$@"';
const END_MS = 5000;
const running = new Set();

/** Starts a program. What it prints is kept for when it fails. */
export function start(program, args, { env = {}, cwd } = {}) {
  const options = { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] };
  const child = spawn("/bin/sh", ["-c", RAISE, program, ...args], options);
  child.printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (some) => (child.printed = (child.printed + some).slice(-8000)));
  }
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

/** Runs a program to its end. */
export async function run(program, args) {
  const child = start(program, args);
  const [code] = await once(child, "close");
  return { code, printed: child.printed };
}

/** Ends a program, by force if it takes long. */
export async function end(child) {
  if (!isRunning(child)) return;
  const ended = once(child, "exit");
  const force = setTimeout(() => child.kill("SIGKILL"), END_MS);
  child.kill("SIGTERM");
  await ended;
  clearTimeout(force);
}

export function isRunning(child) {
  return child.exitCode === null && child.signalCode === null;
}

export function endAll() {
  for (const child of running) child.kill("SIGKILL");
}
