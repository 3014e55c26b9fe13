// Loads a server with plenary-loadtest, and reads what it measured.

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quantile } from "./histogram.mjs";
import { run } from "./processes.mjs";
import { loadtest } from "./servers.mjs";

// Makes frames of 300 bytes.
const CONTENT_BYTES = 174;
const JOINS_PER_SECOND = 2000;
const NO_RUN = 2;

const SUBSCRIPTION = `subscription($roomId: ID!) {
  onSendMessage(roomId: $roomId) { seq content author { displayName } }
}`;

/**
 * Joins subscribers to one room, and sends.
 *
 * @param work - `subscribers`, `perSecond`, `seconds`, and `burst`: how many messages one operation sends
 */
export async function load({ process, target, key }, { subscribers, perSecond, seconds, burst = 1 }) {
  const folder = await mkdtemp(join(tmpdir(), "plenary-bench-"));
  const file = join(folder, "results.json");
  const args = ["run", "--target", target, ...key, "--watch", `server=${process.pid}`, "--json", file];
  args.push("--participants", subscribers, "--ramp", `${Math.ceil((subscribers / JOINS_PER_SECOND) * 1000)}ms`);
  args.push("--messages-per-second", perSecond, "--duration", `${Math.round(seconds * 1000)}ms`);
  args.push("--content-bytes", CONTENT_BYTES, "--drain", "90s");
  args.push("--subscription", SUBSCRIPTION, "--send", sendDocument(burst));
  try {
    const { code, printed } = await run(loadtest, args);
    if (code === NO_RUN) throw new Error(printed);
    const results = JSON.parse(await readFile(file, "utf8"));
    return { ...measures(results, subscribers), failure: code === 0 ? null : failure(printed) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** One operation whose fields are executed one after the other, so that messages come as fast as a server takes them. */
function sendDocument(burst) {
  const field = "sendMessage(input: { roomId: $roomId, content: $content }) { seq }";
  const fields = Array.from({ length: burst }, (_, number) => `m${number}: ${field}`);
  return `mutation($roomId: ID!, $content: String!) { ${fields.join(" ")} }`;
}

function measures({ counts, latency, processes, rooms }, subscribers) {
  const server = processes.find(({ role }) => role === "Node");
  return {
    deliveries: counts.deliveries,
    frameBytes: counts.bytes / counts.frames,
    cpuMicroseconds: ((seconds(server.end.cpu) - seconds(server.joined.cpu)) / counts.deliveries) * 1e6,
    deliveriesPerSecond: fanOutRate(Object.values(rooms).flatMap(({ received }) => Object.values(received))),
    p50: quantile(latency, 0.5) / 1000,
    p99: quantile(latency, 0.99) / 1000,
    idleBytes: (server.joined.resident_bytes - server.start.resident_bytes) / subscribers,
  };
}

/** Of all that was due at one moment: its deliveries by the time until the last receipt. The median of these. */
function fanOutRate(received) {
  const sendings = groupedByDue(received);
  const rates = Array.from(sendings.values(), (messages) => {
    const last = Math.max(...messages.map(({ last_receipt }) => last_receipt));
    const deliveries = messages.reduce((sum, message) => sum + message.deliveries, 0);
    return (deliveries / (last - messages[0].due)) * 1e6;
  });
  return rates.sort((a, b) => a - b)[Math.floor(rates.length / 2)];
}

function groupedByDue(received) {
  const groups = new Map();
  for (const message of received) {
    groups.set(message.due, [...(groups.get(message.due) ?? []), message]);
  }
  return groups;
}

function seconds({ secs, nanos }) {
  return secs + nanos / 1e9;
}

/** What follows the verdict. */
function failure(printed) {
  return printed.slice(printed.lastIndexOf("FAILED")).trim().replaceAll(/\s+/g, " ");
}
