import { expect, it } from "vitest";

import { createRoom, send, tokenOf } from "../support/api.ts";
import { violations } from "../support/axe.ts";
import { choose, live, message } from "../support/visitor.ts";
import { openWorld } from "../support/world.ts";

const { nodes, visit } = openWorld();
const [node] = nodes;

it.each(["light", "dark"] as const)("nobody is kept out of what a form refuses, nor of a question that did not arrive, %s", async (colorScheme) => {
  const ada = await tokenOf(node, "Ada", "plenary-hosts");
  const roomId = await createRoom(node, ada, "Dialogs", { settings: { refusedTerms: ["rubbish"] } });
  const bob = await tokenOf(node, "Bob");
  await send(node, bob, roomId, "Good morning");
  const { page } = await visit({ path: `/rooms/${roomId}?pane=moderation`, token: ada, colorScheme });
  await live(page);
  await choose(page, "Good morning", "Give a role…");
  await page.getByRole("dialog").waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Settings and account" }).click();
  await page.getByRole("menuitem", { name: "Name and picture…" }).click();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill(" ");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("1 to 80 characters").waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.getByRole("tab", { name: "Settings" }).click();
  await page.getByRole("textbox", { name: "Which reactions" }).fill("a\na");
  await page.getByRole("tabpanel", { name: "Settings" }).getByRole("button", { name: "Save" }).click();
  await page.getByText("At most 20").waitFor();
  expect(await violations(page)).toEqual([]);

  const { page: guest } = await visit({ path: `/rooms/${roomId}?pane=questions`, token: bob, colorScheme });
  await live(guest);
  await guest.getByRole("textbox", { name: "Ask a question" }).fill("rubbish");
  await guest.keyboard.press("Enter");
  await guest.getByText("Not sent.").waitFor();
  expect(await violations(guest)).toEqual([]);
  expect(await message(guest, "rubbish").count()).toBe(0);
});
