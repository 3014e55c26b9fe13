import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { startCluster } from "../../tests/clients/support/cluster.mjs";
import { Proxy } from "../client/tests/support/proxy.ts";
import { createRoom, send } from "./support/api.ts";
import { live, message, openBrowser, say, visit } from "./support/visitor.ts";

describe("a room in two browsers on two nodes", () => {
  let cluster: Awaited<ReturnType<typeof startCluster>>;
  let browser: Browser;
  let ada: string;
  let bob: string;
  let roomId: string;
  const node = (index: number) => cluster.nodes[index]!;
  const path = () => `/rooms/${roomId}`;

  beforeAll(async () => {
    cluster = await startCluster({ nodes: 2 });
    browser = await openBrowser();
    [ada, bob] = await Promise.all([cluster.token("ada", "plenary-hosts"), cluster.token("bob")]);
    roomId = await createRoom(node(0), ada, "Town hall");
  });
  afterAll(async () => {
    await browser.close();
    await cluster.stop();
  });

  it("carries what one says to the other", async () => {
    const [first, second] = await Promise.all([
      visit(browser, { origin: node(0).page, path: path(), token: ada }),
      visit(browser, { origin: node(1).page, path: path(), token: bob }),
    ]);
    await Promise.all([live(first.page), live(second.page)]);
    await say(first.page, "Welcome");
    await message(second.page, "Welcome").waitFor();
    await say(second.page, "<b>Thank</b> you");
    // As text: what looks like HTML is shown letter by letter.
    await message(first.page, "<b>Thank</b> you").waitFor();
    expect([...first.complaints, ...second.complaints]).toEqual([]);
    await Promise.all([first.page.close(), second.page.close()]);
  });

  it("shows what was sent between reading the room and following it", async () => {
    const proxy = await Proxy.start(node(0).http);
    let release: () => void = () => undefined;
    proxy.holdSockets(new Promise((resolve) => (release = resolve)));
    const { page } = await visit(browser, { origin: new URL(proxy.url).origin, path: path(), token: bob });
    await message(page, "Welcome").waitFor();
    await send(node(1), ada, roomId, "In between");
    expect(await message(page, "In between").count()).toBe(0);
    release();
    await message(page, "In between").waitFor();
    await page.close();
    await proxy.stop();
  });

  it("ends for who is banned", async () => {
    const eve = await cluster.token("eve");
    const moderator = await visit(browser, { origin: node(0).page, path: path(), token: ada });
    const guest = await visit(browser, { origin: node(1).page, path: path(), token: eve });
    await Promise.all([live(moderator.page), live(guest.page)]);
    await say(guest.page, "Buy this");

    await message(moderator.page, "Buy this").hover();
    await moderator.page.getByRole("button", { name: /^Actions for the message/ }).click();
    await moderator.page.getByRole("menuitem", { name: "Ban…" }).click();
    await moderator.page.getByRole("textbox", { name: "Reason" }).fill("Advertising");
    await moderator.page.getByRole("button", { name: "Ban", exact: true }).click();

    await guest.page.getByRole("heading", { name: "You have been removed from this room." }).waitFor();
    expect(await guest.page.getByRole("textbox").count()).toBe(0);
    await guest.page.reload();
    await guest.page.getByRole("heading", { name: "You have been removed from this room." }).waitFor();
    await Promise.all([moderator.page.close(), guest.page.close()]);
  });

  it("stays at the newest message however fast they come, and where its reader is who scrolls back", async () => {
    const { page } = await visit(browser, { origin: node(0).page, path: path(), token: bob });
    await live(page);
    await Promise.all(Array.from({ length: 60 }, (_, index) => send(node(1), ada, roomId, `Fast ${index}`)));
    await send(node(1), ada, roomId, "The last of them");
    await message(page, "The last of them").waitFor();
    const toNewest = page.getByRole("button", { name: /new message|To the newest/ });
    expect(await toNewest.count()).toBe(0);

    await page.getByRole("log", { name: "Chat" }).hover();
    await page.mouse.wheel(0, -800);
    await page.getByRole("button", { name: "To the newest messages" }).waitFor();
    await send(node(1), ada, roomId, "While you read");
    await page.getByRole("button", { name: "1 new message" }).click();
    await message(page, "While you read").waitFor();
    await toNewest.waitFor({ state: "detached" });
    await page.close();
  });

  // The last one: it takes a node away.
  it("goes on where it was, on the other node, when its node dies", async () => {
    const proxy = await Proxy.start(node(0).http);
    const { page } = await visit(browser, { origin: new URL(proxy.url).origin, path: path(), token: bob });
    await live(page);
    await say(page, "Before");
    await node(0).kill();
    await page.getByText(/^Connection lost/).waitFor();
    for (const content of ["Meanwhile 1", "Meanwhile 2", "Meanwhile 3"]) await send(node(1), ada, roomId, content);
    proxy.leadTo(node(1).http);
    await message(page, "Meanwhile 3").waitFor();
    await page.getByText("Connected again. Nothing was missed.").waitFor();
    const texts = await page.getByRole("log", { name: "Chat" }).getByRole("article").allInnerTexts();
    const seen = texts.join("\n").match(/Before|Meanwhile \d/g);
    expect(seen).toEqual(["Before", "Meanwhile 1", "Meanwhile 2", "Meanwhile 3"]);
    await say(page, "After");
    await page.close();
    await proxy.stop();
  });
});
