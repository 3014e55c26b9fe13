import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";

import { Proxy } from "../../client/tests/support/proxy.ts";
import { createRoom, send, tokenOf } from "../support/api.ts";
import { chat, choose, live, message, say, type Visitor } from "../support/visitor.ts";
import { openWorld } from "../support/world.ts";

const { nodes, visit } = openWorld();

describe("a room in two browsers on two nodes", () => {
  const [here, there] = nodes;
  let ada: string;
  let bob: string;
  let roomId: string;
  const path = () => `/rooms/${roomId}`;
  /** Ada, who is a host, at one node, and Bob at the other. */
  const both = async (): Promise<[Visitor, Visitor]> => {
    const visitors = await Promise.all([
      visit({ origin: here.page, path: path(), token: ada }),
      visit({ origin: there.page, path: path(), token: bob }),
    ]);
    await Promise.all(visitors.map(({ page }) => live(page)));
    return visitors;
  };

  beforeAll(async () => {
    [ada, bob] = await Promise.all([tokenOf(here, "Ada", "plenary-hosts"), tokenOf(here, "Bob")]);
    roomId = await createRoom(here, ada, "Town hall");
  });

  it("carries what one says to the other", async () => {
    const [first, second] = await both();
    await say(first.page, "Welcome");
    await message(second.page, "Welcome").waitFor();
    await say(second.page, "Thank you");
    await message(first.page, "Thank you").waitFor();
    expect([...first.complaints, ...second.complaints]).toEqual([]);
  });

  it("shows text as text, whatever it looks like", async () => {
    const [{ page: first }, { page: second }] = await both();
    const attack = `<img src=x onerror="window.struck=1"> **bold** [link](javascript:window.struck=2) <script>window.struck=3</script> &amp;`;
    await say(first, attack);
    await message(second, attack).waitFor();
    for (const page of [first, second]) {
      const text = message(page, "**bold**").getByText("onerror");
      expect(await text.innerText()).toBe(attack);
      expect(await text.locator("*").count()).toBe(0);
      expect(await page.evaluate(() => "struck" in window)).toBe(false);
    }
  });

  it("shows the newest at once, however many there are", async () => {
    const many = await createRoom(here, ada, "Long ago");
    for (let number = 1; number <= 80; number++) await send(there, ada, many, `Number ${number}.`);
    const { page } = await visit({ path: `/rooms/${many}`, token: bob });
    await message(page, "Number 80.").waitFor();
    await expect.poll(() => isInSight(page, "Number 80.")).toBe(true);
    expect(await message(page, "Number 1.").count()).toBe(0);
  });

  it("names an author once, and the day", async () => {
    const quiet = await createRoom(here, ada, "Grouped");
    for (const [who, content] of [[ada, "One"], [ada, "Two"], [bob, "Three"], [ada, "Four"]] as const) await send(here, who, quiet, content);
    const { page } = await visit({ path: `/rooms/${quiet}`, token: bob });
    await message(page, "Four").waitFor();
    const lines = (await chat(page).innerText()).split("\n").filter((line) => /^(Ada|Bob|One|Two|Three|Four|Today)$/.test(line));
    expect(lines).toEqual(["Today", "Ada", "One", "Two", "Bob", "Three", "Ada", "Four"]);
  });

  it("marks what was edited, and leaves a stone for what was deleted", async () => {
    const [{ page: first }, { page: second }] = await both();
    await say(second, "A tpyo");
    await choose(second, "A tpyo", "Edit");
    await second.getByRole("textbox", { name: "Edit the message" }).fill("A typo");
    await second.keyboard.press("Enter");
    for (const page of [first, second]) await message(page, "A typo (edited)").waitFor();

    await choose(second, "A typo", "Delete");
    await second.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    for (const page of [first, second]) {
      await message(page, "This message was deleted.").waitFor();
      expect(await message(page, "A typo").count()).toBe(0);
    }
  });

  it("counts who is there", async () => {
    const [{ page: first }, { page: second }] = await both();
    for (const page of [first, second]) await page.getByRole("banner").getByText("2 here").waitFor();
    await second.close();
    await first.getByRole("banner").getByText("1 here").waitFor();
  });

  it("counts reactions to a message, given and taken back", async () => {
    const [{ page: first }, { page: second }] = await both();
    await say(first, "Applaud");
    await message(second, "Applaud").hover();
    await message(second, "Applaud").getByRole("button", { name: "React" }).click();
    await second.getByRole("button", { name: "applause", exact: true }).click();
    const mine = message(second, "Applaud").getByRole("button", { name: "applause, 1" });
    await mine.waitFor();
    await message(first, "Applaud").getByRole("button", { name: "applause, 1", pressed: false }).click();
    for (const page of [first, second]) await message(page, "Applaud").getByRole("button", { name: "applause, 2", pressed: true }).waitFor();
    await message(second, "Applaud").getByRole("button", { name: "applause, 2" }).click();
    await message(first, "Applaud").getByRole("button", { name: "applause, 1", pressed: true }).waitFor();
  });

  it("lets reactions to the room float by for everybody", async () => {
    const { page: sender } = await visit({ origin: there.page, path: path(), token: bob });
    const { page: watcher } = await visit({ origin: here.page, path: path(), token: ada, motion: true });
    await Promise.all([live(sender), live(watcher)]);
    await sender.getByRole("group", { name: "Send a reaction to the room" }).getByRole("button", { name: "React with love" }).click();
    const floating = watcher.locator("[data-lane]").filter({ hasText: "❤️" });
    await floating.first().waitFor();
    // They rise, and are gone.
    await floating.first().waitFor({ state: "detached" });
  });

  it("shows what was sent between reading the room and following it", async () => {
    const proxy = await Proxy.start(here.http);
    let release: () => void = () => undefined;
    proxy.holdSockets(new Promise((resolve) => (release = resolve)));
    const { page } = await visit({ origin: new URL(proxy.url).origin, path: path(), token: bob });
    await message(page, "Welcome").waitFor();
    await send(there, ada, roomId, "In between");
    expect(await message(page, "In between").count()).toBe(0);
    release();
    await message(page, "In between").waitFor();
    await proxy.stop();
  });
});

/** Whether a message is within the part of the page that is seen. */
async function isInSight(page: Page, content: string): Promise<boolean> {
  const [box, frame] = [await message(page, content).boundingBox(), await chat(page).boundingBox()];
  return box !== null && frame !== null && box.y >= frame.y && box.y + box.height <= frame.y + frame.height + 1;
}
