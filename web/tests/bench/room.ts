import { expect, it } from "vitest";

import { createRoom, tokenOf } from "../support/api.ts";
import { arrived, keepBusy, Probe } from "../support/load.ts";
import { live } from "../support/visitor.ts";
import { openWorld } from "../support/world.ts";

const SECONDS = Number(process.env.BENCH_SECONDS ?? 300);
const PER_SECOND = Number(process.env.BENCH_RATE ?? 50);

/** What the page may cost after five minutes of 50 messages a second. */
const GOALS = { heapMiB: 150, frameMs: 100 };
const MIB = 1024 * 1024;

const { nodes, visit } = openWorld();

it(`a room with ${PER_SECOND} messages a second for ${SECONDS} s`, async () => {
  const [here, there] = nodes;
  const ada = await tokenOf(here, "Ada", "plenary-hosts");
  const tokens = await Promise.all(Array.from({ length: 20 }, (_, index) => tokenOf(there, `Person ${index}`)));
  const roomId = await createRoom(here, ada, "Benchmark", { settings: { maxAcceptRate: 1_000, maxDeliveryRate: 1_000 } });
  const { page } = await visit({ path: `/rooms/${roomId}`, token: ada, motion: true });
  await live(page);

  const probe = await Probe.of(page);
  const before = await probe.cost();
  await probe.watchFrames();
  const begin = Date.now();
  const total = await keepBusy({ node: there, roomId, tokens, perSecond: PER_SECOND, seconds: SECONDS });
  const took = (Date.now() - begin) / 1_000;
  await arrived(page, total);
  // Looking into the heap takes long frames of its own.
  const frames = await probe.longFrames();
  const after = await probe.cost();
  const kept = await probe.kept();

  const growth = (after.heap - before.heap) / MIB;
  const longest = Math.max(0, ...frames);
  console.log(
    [
      `messages            ${total} in ${took.toFixed(0)} s (${(total / took).toFixed(1)} a second)`,
      `longest frame       ${longest.toFixed(0)} ms (goal: ${GOALS.frameMs}); longer than 50 ms: ${frames.length}, than the goal: ${frames.filter((ms) => ms > GOALS.frameMs).length}`,
      `heap                ${(before.heap / MIB).toFixed(1)} MiB before, ${(after.heap / MIB).toFixed(1)} MiB after (goal: ${GOALS.heapMiB}), grown by ${growth.toFixed(1)} MiB`,
      `messages kept       ${kept.length}`,
      `elements            ${before.elements} before, ${after.elements} after`,
    ].join("\n"),
  );
  // The benchmark tells; what it asserts is that it measured what it says.
  expect(kept).toContain(total);
});
