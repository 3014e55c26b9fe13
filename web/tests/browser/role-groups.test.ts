import { expect, it } from "vitest";

import { tokenOf } from "../support/api.ts";
import { openWorld } from "../support/world.ts";

const { nodes, visit } = openWorld();
const [node] = nodes;

it.each([
  ["crew", 1],
  ["plenary-hosts", 0],
])("who may create rooms, the server says: a member of %s where hosts are of the crew", async (group, buttons) => {
  const { page } = await visit({ path: "/", token: await tokenOf(node, "Ada", group) });
  await page.route("**/config.json", async (route) => {
    const response = await route.fetch();
    const config = (await response.json()) as object;
    await route.fulfill({ response, json: { ...config, roleGroups: { HOST: ["crew"], MODERATOR: [], SPEAKER: [] } } });
  });
  await page.reload();
  await page.getByRole("heading", { name: "Rooms", exact: true }).waitFor();
  expect(await page.getByRole("button", { name: "New room" }).count()).toBe(buttons);
});
