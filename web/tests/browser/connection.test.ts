import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { startCluster } from "../../../tests/clients/support/cluster.mjs";
import { Proxy } from "../../client/tests/support/proxy.ts";
import { createRoom, send, tokenOf } from "../support/api.ts";
import { chat, live, message, say } from "../support/visitor.ts";
import { openWorld } from "../support/world.ts";

const { visit } = openWorld();

/** Where nobody answers. */
const NOWHERE = "http://127.0.0.1:9";

describe("the connection", () => {
  // Of its own, because a node of it is killed.
  let cluster: Awaited<ReturnType<typeof startCluster>>;
  let proxy: Proxy;
  let ada: string;
  let bob: string;
  let roomId: string;
  const node = (index: number) => cluster.nodes[index]!;
  const open = async (locale = "en") => (await visit({ origin: new URL(proxy.url).origin, path: `/rooms/${roomId}`, token: bob, locale })).page;

  beforeAll(async () => {
    cluster = await startCluster({ nodes: 2, settings: { MAX_CONNECTIONS_PER_USER: "2" } });
    [ada, bob] = await Promise.all([tokenOf(node(0), "Ada", "plenary-hosts"), tokenOf(node(0), "Bob")]);
  });
  afterAll(() => cluster.stop());
  beforeEach(async ({ task }) => {
    roomId = await createRoom(node(1), ada, task.name);
    proxy = await Proxy.start(node(0).http);
  });
  afterEach(() => proxy.stop());

  it("is being made, and is then there without a word", async () => {
    let release: () => void = () => undefined;
    proxy.holdSockets(new Promise((resolve) => (release = resolve)));
    const page = await open();
    const bar = page.locator('[data-status]');
    await page.getByRole("status").getByText("Connecting…").waitFor();
    expect(await page.locator('[data-following="following"]').count()).toBe(0);
    release();
    await live(page);
    await page.locator('[data-status="live"]').waitFor({ state: "attached" });
    expect(await bar.first().innerText()).toBe("");
  });

  it.each([
    ["en", /^Connection lost\. Trying again in \d+ s…$/, "Try now", "Connected again. Nothing was missed."],
    ["de", /^Verbindung verloren\. Neuer Versuch in \d+ s …$/, "Jetzt versuchen", "Wieder verbunden. Nichts wurde verpasst."],
  ])("is lost, counts down to the next attempt, and comes back with all that was said, in %s", async (locale, lost, now, back) => {
    const page = await open(locale);
    await live(page);
    await send(node(1), bob, roomId, "Before");
    // Nobody is there until the words have been read: each attempt waits longer, so sooner or later there are seconds to count.
    proxy.leadTo(NOWHERE);
    proxy.cut();
    await page.getByRole("status").getByText(lost).waitFor();
    await send(node(1), ada, roomId, "Meanwhile");
    proxy.leadTo(node(0).http);
    const button = page.getByRole("button", { name: now });
    const said = page.getByRole("status").getByText(back);
    await button.or(said).first().waitFor();
    if (await button.isVisible()) await button.click().catch(() => undefined);
    await said.waitFor();
    await message(page, "Meanwhile").waitFor();
    expect(await button.count()).toBe(0);
    await said.waitFor({ state: "detached" });
  });

  it("waits while the same person has too many, and says so", async () => {
    const token = await tokenOf(node(0), "Carol");
    const pages = [];
    for (let opened = 0; opened < 3; opened++) pages.push((await visit({ origin: node(0).page, path: `/rooms/${roomId}`, token })).page);
    const [first, second, third] = pages as [Page, Page, Page];
    await Promise.all([live(first), live(second)]);
    await third.getByRole("status").getByText(/^You have too many windows open here\. Trying again/).waitFor();
    await first.close();
    await live(third);
    await send(node(1), ada, roomId, "For the third");
    await message(third, "For the third").waitFor();
  });

  it("says that the room was read anew when too much was missed", async () => {
    for (const content of ["Long ago", "A while ago"]) await send(node(1), ada, roomId, content);
    const { page } = await visit({ origin: node(1).page, path: "/", token: bob });
    // A cursor that never was is as good as one that is too old.
    await page.routeWebSocket(/\/graphql/, (socket) => {
      const server = socket.connectToServer();
      let isFirst = true;
      socket.onMessage((text) => {
        const isSubscription = String(text).includes("roomEvents");
        server.send(isSubscription && isFirst ? String(text).replace(/"after":"[^"]*"/, '"after":"1000000"') : text);
        if (isSubscription) isFirst = false;
      });
    });
    await page.goto(`${node(1).page}/rooms/${roomId}`);
    await page.getByText("You were away for long. The room has been read anew.").waitFor();
    await live(page);
    await send(node(0), ada, roomId, "Now");
    await message(page, "Now").waitFor();
    for (const content of ["Long ago", "A while ago", "Now"]) expect(await message(page, content).count()).toBe(1);
  });

  // The last one: it takes a node away.
  it("goes on where it was, at the other node, when its node dies", async () => {
    const page = await open();
    await live(page);
    await say(page, "Before");
    await node(0).kill();
    await page.getByText(/^Connection lost/).waitFor();
    for (const content of ["Meanwhile 1", "Meanwhile 2", "Meanwhile 3"]) await send(node(1), ada, roomId, content);
    proxy.leadTo(node(1).http);
    await message(page, "Meanwhile 3").waitFor({ timeout: 40_000 });
    await page.getByText("Connected again. Nothing was missed.").waitFor();
    const texts = (await chat(page).getByRole("article").allInnerTexts()).join("\n");
    expect(texts.match(/Before|Meanwhile \d/g)).toEqual(["Before", "Meanwhile 1", "Meanwhile 2", "Meanwhile 3"]);
    await say(page, "After");
  });
});
