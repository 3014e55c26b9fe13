// Measures Plenary and its peers in turn on the same work, and prints one table: `make bench-peers`.
//
//     SIZES=1000,5000,15000 PEERS=Plenary,graphql-ws,floor BINARIES=target/release node bench.mjs
//
// Names are those of bench/servers.mjs; `floor` is the program in floor/.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { load } from "./bench/load.mjs";
import { endAll, run } from "./bench/processes.mjs";
import { floor, servers, withServer } from "./bench/servers.mjs";
import { table } from "./bench/table.mjs";

const FLOOR = "floor";
const OUTPUT = process.env.OUTPUT ?? join(import.meta.dirname, "../../target/bench/peers.json");
const BURST = 20;
/** One at a time: a rate that the slowest peer keeps up with, which takes 80 us for a delivery. */
const DELIVERIES_PER_SECOND = 6000;
const SECONDS_PER_DELIVERY = 80e-6;

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    endAll();
    process.exit(130);
  });
}

const sizes = listed(process.env.SIZES ?? "1000,5000,15000").map(Number);
const names = listed(process.env.PEERS ?? [...Object.keys(servers), FLOOR].join());
const unknown = names.filter((name) => name !== FLOOR && !(name in servers));
if (unknown.length > 0 || !sizes.every((size) => Number.isInteger(size) && size > 0)) {
  throw new Error(`SIZES are numbers of subscribers; PEERS are of ${[...Object.keys(servers), FLOOR].join()}`);
}
const rows = [];
for (const subscribers of sizes) {
  for (const server of names) {
    console.error(`${new Date().toISOString().slice(11, 19)} ${server}, ${subscribers} subscribers`);
    const measure = server === FLOOR ? measureFloor : measureServer;
    rows.push({ server, subscribers, ...(await measure(subscribers, server)) });
  }
}
await mkdir(join(OUTPUT, ".."), { recursive: true });
await writeFile(OUTPUT, `${JSON.stringify({ at: new Date().toISOString(), rows }, null, 2)}\n`);
console.log(table(rows));
for (const { server, subscribers, failures } of rows.filter(({ failures }) => failures?.length)) {
  console.log(`\n* ${server}, ${subscribers} subscribers: ${failures.join("; ")}`);
}
process.exitCode = rows.some(({ failures }) => failures?.length) ? 1 : 0;

/** Memory is looked at while the server is fresh; then it is warmed up, and loaded in two ways. */
function measureServer(subscribers, name) {
  return withServer(name, async (server) => {
    const idle = await load(server, { subscribers, perSecond: 1, seconds: 1 });
    await load(server, { subscribers: Math.min(subscribers, 200), perSecond: 50, seconds: 2 });
    const single = await load(server, { subscribers, ...oneAtATime(subscribers) });
    const burst = await load(server, { subscribers, ...bursts(subscribers) });
    const failures = [idle, single, burst].map(({ failure }) => failure).filter(Boolean);
    return { idleBytes: idle.idleBytes, single, burst, failures };
  });
}

async function measureFloor(subscribers) {
  const messages = Math.max(10, Math.round(200_000 / subscribers));
  const single = await runFloor(subscribers, messages, 1);
  const burst = await runFloor(subscribers, Math.ceil(messages / BURST) * BURST, BURST);
  return { single, burst };
}

async function runFloor(...args) {
  const { code, printed } = await run(floor, args);
  if (code !== 0) throw new Error(`the floor program failed: ${printed}`);
  const { sender_us, reader_us, deliveries_per_second } = JSON.parse(printed);
  return { cpuMicroseconds: sender_us, readerMicroseconds: reader_us, deliveriesPerSecond: deliveries_per_second };
}

function oneAtATime(subscribers) {
  const perSecond = Math.min(10, DELIVERIES_PER_SECOND / subscribers);
  const messages = Math.min(60, Math.max(6, Math.round(90_000 / subscribers)));
  return { perSecond, seconds: messages / perSecond };
}

/** Each begins when the slowest peer is done with the one before. */
function bursts(subscribers) {
  const every = Math.max(1, BURST * subscribers * SECONDS_PER_DELIVERY);
  const count = Math.min(8, Math.max(1, Math.round(150_000 / (BURST * subscribers))));
  return { perSecond: 1 / every, seconds: count * every, burst: BURST };
}

function listed(text) {
  return text.split(",").map((word) => word.trim());
}
