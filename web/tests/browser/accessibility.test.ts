import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { startCluster } from "../../tests/clients/support/cluster.mjs";
import { ask, createRoom, send } from "./support/api.ts";
import { live, message, openBrowser, type Visit, visit } from "./support/visitor.ts";

const QUESTION = "mutation ($roomId: ID!, $content: String!) { sendMessage(input: { roomId: $roomId, content: $content, kind: QUESTION }) { id } }";

describe.each(["light", "dark"] as const)("accessibility, %s", (colorScheme) => {
  let cluster: Awaited<ReturnType<typeof startCluster>>;
  let browser: Browser;
  let ada: string;
  let roomId: string;
  const open = async (visitOf: Omit<Visit, "origin" | "colorScheme">) => {
    const { page } = await visit(browser, { ...visitOf, origin: cluster.nodes[0]!.page, colorScheme });
    return page;
  };

  beforeAll(async () => {
    cluster = await startCluster({ nodes: 1 });
    browser = await openBrowser();
    ada = await cluster.token("ada", "plenary-hosts");
    const node = cluster.nodes[0]!;
    roomId = await createRoom(node, ada, "Town hall");
    await send(node, ada, roomId, "Welcome");
    await send(node, await cluster.token("bob"), roomId, "Hello");
    await ask(node, ada, QUESTION, { roomId, content: "Why?" });
  });
  afterAll(async () => {
    await browser.close();
    await cluster.stop();
  });

  it("of the sign-in", async () => {
    const page = await open({ path: "/" });
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it("of the lobby", async () => {
    const page = await open({ path: "/", token: ada });
    await page.getByRole("link", { name: /Town hall/ }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Settings and account" }).click();
    await page.getByRole("menuitemradio", { name: "Deutsch" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "New room" }).click();
    await page.getByRole("dialog").waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it("of the room, a message's tools and menu", async () => {
    const page = await open({ path: `/rooms/${roomId}`, token: ada });
    await live(page);
    await message(page, "Hello").hover();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: /^Actions for the message/ }).click();
    await page.getByRole("menu").waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it.each(["questions", "moderation"])("of the pane of %s, on a phone too", async (pane) => {
    for (const width of [1280, 390]) {
      const page = await open({ path: `/rooms/${roomId}?pane=${pane}`, token: ada, width });
      await page.getByRole("complementary").waitFor();
      await live(page);
      expect(await violations(page)).toEqual([]);
    }
  });

  it("of a thread", async () => {
    const page = await open({ path: `/rooms/${roomId}`, token: ada });
    await message(page, "Hello").hover();
    await page.getByRole("button", { name: "Reply in thread" }).click();
    await page.getByRole("textbox", { name: "Reply" }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it("of the stage", async () => {
    const page = await open({ path: `/rooms/${roomId}/stage`, token: ada });
    await page.getByText("Why?").waitFor();
    expect(await violations(page)).toEqual([]);
  });
});

/** What axe-core finds that keeps somebody out. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { axe: tool } = window as unknown as { axe: typeof axe };
    const { violations: all } = await tool.run(document, { resultTypes: ["violations"] });
    return all.map(({ id, impact, nodes }) => ({ id, impact, where: nodes.map(({ html }) => html) }));
  });
  return found.filter(({ impact }) => impact === "serious" || impact === "critical").map((violation) => JSON.stringify(violation));
}
