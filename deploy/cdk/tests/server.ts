import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { createInterface } from "node:readline";

/** The server's binary; `make test-deploy` builds it and says where it is. */
export function plenaryBinary(): string {
  const binary = process.env["PLENARY_BIN"];
  if (!binary) throw new Error("PLENARY_BIN is not set: use make test-deploy");
  return binary;
}

export interface Running {
  /** Waits for a line of its output, and returns it. */
  line(pattern: RegExp): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a program. Its lines are kept, so that a line may be waited for after it came. */
export function start(command: string, args: string[], env: Record<string, string> = {}): Running {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const wake = () => { for (const check of waiting) check(); };
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => { lines.push(line); wake(); });
  }
  child.on("close", wake);
  child.on("error", (error) => { lines.push(String(error)); wake(); });
  const line = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const check = () => {
        const found = lines.find((text) => pattern.test(text));
        if (found === undefined && !ended(child)) return;
        waiting.delete(check);
        if (found === undefined) reject(new Error(`${command} ended:\n${lines.join("\n")}`));
        else resolve(found);
      };
      waiting.add(check);
      check();
    });
  return { line, stop: () => stop(child) };
}

/** A port that nobody listens at. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function stop(child: ChildProcess): Promise<void> {
  if (ended(child)) return;
  child.kill("SIGTERM");
  await once(child, "close");
}

function ended(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
