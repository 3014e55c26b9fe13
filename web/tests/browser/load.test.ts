import { expect, it } from "vitest";

import { createRoom, tokenOf } from "../support/api.ts";
import { arrived, keepBusy, Probe } from "../support/load.ts";
import { live } from "../support/visitor.ts";
import { openWorld } from "../support/world.ts";

/** The client cuts a list that grows beyond this (`MOST_ROWS`); what is on its way to the cache comes on top. */
const MOST_KEPT = 1_000 + 100;

/** What fits on a screen, and a little above and below, whatever has gone by. */
const MOST_ELEMENTS = 2_500;

const { nodes, visit } = openWorld();

it("a room with 50 messages a second loses none, and neither page nor cache grows with them", { timeout: 120_000 }, async () => {
  const [here, there] = nodes;
  const ada = await tokenOf(here, "Ada", "plenary-hosts");
  const tokens = await Promise.all(["Bob", "Eve", "Mallory"].map((name) => tokenOf(there, name)));
  const roomId = await createRoom(here, ada, "Busy", { settings: { maxAcceptRate: 1_000, maxDeliveryRate: 1_000 } });
  const { page } = await visit({ path: `/rooms/${roomId}`, token: ada });
  await live(page);

  const probe = await Probe.of(page);
  const seen = new Set<number>();
  const look = async () => {
    const kept = await probe.kept();
    for (const number of kept) seen.add(number);
    return kept.length;
  };
  // 1,100 messages: some more than the client keeps.
  const total = await keepBusy({ node: there, roomId, tokens, perSecond: 50, seconds: 22 }, async (number) => {
    if (number % 500 === 0) await look();
  });
  await arrived(page, total);

  const kept = await look();
  expect(kept).toBeLessThanOrEqual(MOST_KEPT);
  expect(seen.size).toBe(total);
  expect((await probe.cost()).elements).toBeLessThan(MOST_ELEMENTS);
});
