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
  const open = async () => (await visit({ origin: new URL(proxy.url).origin, path: `/rooms/${roomId}`, token: bob })).page;

  beforeAll(async () => {
    cluster = await startCluster({ nodes: 2 });
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
    const bar = page.locator("[data-status]");
    await page.locator('[data-status="connecting"]').waitFor({ state: "attached" });
    expect(await page.locator('[data-following="following"]').count()).toBe(0);
    release();
    await live(page);
    await page.locator('[data-status="live"]').waitFor({ state: "attached" });
    expect(await bar.first().innerText()).toBe("");
  });

  it("is lost, counts down to the next attempt, and comes back with all that was said", async () => {
    const page = await open();
    await live(page);
    await say(page, "Before");
    proxy.leadTo(NOWHERE);
    proxy.cut();
    // The waits grow with each attempt in vain, so sooner or later there are seconds to count.
    await page.getByText(/^Connection lost\. Trying again in \d+ s…$/).waitFor();
    await send(node(1), ada, roomId, "Meanwhile");
    proxy.leadTo(node(0).http);
    await message(page, "Meanwhile").waitFor({ timeout: 40_000 });
    await page.getByText("Connected again. Nothing was missed.").waitFor();
    await page.getByText("Connected again. Nothing was missed.").waitFor({ state: "detached" });
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
