import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

const START_MS = 60_000;
const STOP_MS = 10_000;
const POLL_MS = 50;
const KEPT_OUTPUT_BYTES = 16 * 1024;

const running = new Set();

// The last resort when a test process ends without having stopped what it started.
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));

/** A program under test. Its environment is the given one alone, so the developer's own settings change nothing. */
export class Child {
  #name;
  #process;
  #output = "";

  constructor(name, command, args, env = {}) {
    this.#name = name;
    this.#process = spawn(command, args, {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(this.#process);
    const keep = (chunk) => (this.#output = (this.#output + chunk).slice(-KEPT_OUTPUT_BYTES));
    this.#process.stdout.on("data", keep);
    this.#process.stderr.on("data", keep);
    this.#process.on("error", keep);
    this.#process.on("exit", () => running.delete(this.#process));
  }

  /** Waits until `probe` answers true. Fails as soon as the program has ended, with what it printed. */
  async ready(probe) {
    const deadline = Date.now() + START_MS;
    while (!(await probe().catch(() => false))) {
      if (this.#hasEnded()) throw this.#failure("ended before it was ready");
      if (Date.now() > deadline) throw this.#failure(`was not ready after ${START_MS} ms`);
      await delay(POLL_MS);
    }
  }

  /** Asks the program to stop and waits for its end, which is forced when it does not come. */
  async stop() {
    if (this.#hasEnded()) return;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGTERM");
    const force = setTimeout(() => this.#process.kill("SIGKILL"), STOP_MS);
    await ended;
    clearTimeout(force);
  }

  /** Ends the program as a crash would, and waits for its end. */
  async kill() {
    if (this.#hasEnded()) return;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await ended;
  }

  #hasEnded() {
    return this.#process.pid === undefined || this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  #failure(what) {
    return new Error(`${this.#name} ${what}; it printed:\n${this.#output}`);
  }
}

/** A port of the loopback address that nobody listens on now. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Whether somebody accepts connections on the port. */
export async function isListening(port) {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } finally {
    socket.destroy();
  }
}

/** Whether the address answers with a status of success. */
export async function isOk(url) {
  return (await fetch(url)).ok;
}
