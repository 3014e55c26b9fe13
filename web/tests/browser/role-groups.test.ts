import type { Page } from "playwright-core";
import { expect, it } from "vitest";

import { tokenOf } from "../support/api.ts";
import { openWorld } from "../support/world.ts";

const { nodes, visit } = openWorld();
const [node] = nodes;

/** Makes the server one whose hosts are of the crew. */
async function withCrew(page: Page): Promise<void> {
  await page.route("**/config.json", async (route) => {
    const response = await route.fetch();
    const config = (await response.json()) as object;
    await route.fulfill({ response, json: { ...config, roleGroups: { HOST: ["crew"], MODERATOR: [], SPEAKER: ["stage"] } } });
  });
}

it.each([
  ["crew", 1],
  ["plenary-hosts", 0],
])("who may create rooms, the server says: a member of %s where hosts are of the crew", async (group, buttons) => {
  const { page } = await visit({ path: "/", token: await tokenOf(node, "Ada", group) });
  await withCrew(page);
  await page.reload();
  await page.getByRole("heading", { name: "Rooms", exact: true }).waitFor();
  expect(await page.getByRole("button", { name: "New room" }).count()).toBe(buttons);
});

it("offers the server's own groups to whoever signs in to GraphiQL", async () => {
  const { page } = await visit({ path: "/" });
  await withCrew(page);
  await page.goto(`${node.page}/graphiql`);
  const groups = page.getByRole("combobox", { name: "Group" });
  await groups.waitFor();
  expect(await groups.locator("option").allInnerTexts()).toEqual(["crew", "stage", "no group"]);
  expect(await groups.inputValue()).toBe("crew");
  await page.getByRole("button", { name: "Development sign-in" }).click();
  await page.getByText("signed in as ada").waitFor();
});
