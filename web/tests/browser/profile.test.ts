import { expect, it } from "vitest";

import { createRoom, tokenOf } from "../support/api.ts";
import { live, message, say } from "../support/visitor.ts";
import { openWorld } from "../support/world.ts";

const { nodes, visit } = openWorld();
const [node] = nodes;

it("somebody changes their name, which others see from then on", async () => {
  const roomId = await createRoom(node, await tokenOf(node, "Ada", "plenary-hosts"), "Renamed");
  const [{ page }, { page: other }] = await Promise.all([
    visit({ path: `/rooms/${roomId}`, token: await tokenOf(node, "Admiral") }),
    visit({ path: `/rooms/${roomId}`, token: await tokenOf(node, "Bob") }),
  ]);
  await Promise.all([live(page), live(other)]);
  const open = async () => {
    await page.getByRole("button", { name: "Settings and account" }).click();
    await page.getByRole("menuitem", { name: "Name and picture…" }).click();
  };
  await open();
  const dialog = page.getByRole("dialog", { name: "How others see you" });
  const name = dialog.getByRole("textbox", { name: "Name", exact: true });
  const picture = dialog.getByRole("textbox", { name: "Address of a picture" });
  expect(await name.inputValue()).toBe("Admiral");

  // What the server refuses is said where it was written.
  await name.fill("  ");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("1 to 80 characters that can be seen.").waitFor();
  expect(await name.getAttribute("aria-invalid")).toBe("true");
  await name.fill("Grace Hopper");
  await picture.fill("http://example.com/me.png");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("An address that begins with https://, of at most 2,048 characters.").waitFor();
  await picture.fill("");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "detached" });

  await say(page, "I have another name");
  await message(other, "I have another name").getByText("Grace Hopper").waitFor();
  await page.getByRole("button", { name: "Settings and account" }).click();
  await page.getByText("Signed in as Grace Hopper").waitFor();
});

it("languages and appearances are choices of which one is made", async () => {
  const { page } = await visit({ path: "/", token: await tokenOf(node, "Bob") });
  await page.getByRole("button", { name: "Settings and account" }).click();
  const checked = (name: string, isChecked: boolean) => page.getByRole("menuitemradio", { name, exact: true, checked: isChecked }).waitFor();
  await Promise.all([checked("English", true), checked("Deutsch", false), checked("As the system", true), checked("Dark", false)]);
  for (const name of ["Language", "Appearance"]) expect(await page.getByRole("group", { name }).getByRole("menuitemradio").count()).toBeGreaterThan(1);
});
