import type { Locator, Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";

import { createRoom, send, tokenOf } from "../support/api.ts";
import { chat, composer, live, message, say } from "../support/visitor.ts";
import { openWorld } from "../support/world.ts";

const { nodes, visit } = openWorld();
const [node] = nodes;

/** How far somebody goes with Tab before they give up. */
const PATIENCE = 60;

let ada: string;
let bob: string;

beforeAll(async () => {
  [ada, bob] = await Promise.all([tokenOf(node, "Ada", "plenary-hosts"), tokenOf(node, "Bob")]);
});

/** Presses Tab until something has the focus. */
async function tabTo(page: Page, target: Locator, key = "Tab"): Promise<void> {
  await target.waitFor();
  for (let presses = 0; presses < PATIENCE; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${String(target)} is not reached by ${key}`);
}

it("everything is done by keys alone: sign in, enter, send, react, answer, come back", async () => {
  const roomId = await createRoom(node, ada, "Keys only");
  await send(node, ada, roomId, "Earlier");
  await send(node, ada, roomId, "Who is here?");
  const { page } = await visit({ path: "/" });

  await tabTo(page, page.getByRole("textbox", { name: "Your name" }));
  await page.keyboard.type("Kim");
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("link", { name: /Keys only/ }));
  await page.keyboard.press("Enter");
  await live(page);

  await tabTo(page, composer(page));
  await page.keyboard.type("Me");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("and my cat");
  await page.keyboard.press("Enter");
  await message(page, "and my cat").waitFor();
  expect(await message(page, "and my cat").innerText()).toContain("Me\nand my cat");

  // Tab leads to one message, the arrows to the others, Tab again into its tools.
  await tabTo(page, message(page, "and my cat"), "Shift+Tab");
  await page.keyboard.press("ArrowUp");
  await tabTo(page, message(page, "Who is here?").getByRole("button", { name: "React" }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("button", { name: "love", exact: true }));
  await page.keyboard.press("Enter");
  await message(page, "Who is here?").getByRole("button", { name: "love, 1", pressed: true }).waitFor();

  await tabTo(page, message(page, "Who is here?").getByRole("button", { name: "Reply in thread" }));
  await page.keyboard.press("Enter");
  const thread = page.getByRole("complementary", { name: "Thread" });
  await tabTo(page, thread.getByRole("textbox", { name: "Reply" }));
  await page.keyboard.type("By keys");
  await page.keyboard.press("Enter");
  await thread.getByRole("log").getByRole("article").filter({ hasText: "By keys" }).waitFor();
  await page.keyboard.press("Escape");
  await thread.waitFor({ state: "detached" });

  await tabTo(page, page.getByRole("link", { name: "All rooms" }));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Rooms", exact: true }).waitFor();
});

it("the first Tab leads past the header", async () => {
  const { page } = await visit({ path: "/", token: bob });
  await page.getByRole("heading", { name: "Rooms", exact: true }).waitFor();
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to content" });
  expect(await skip.evaluate((element) => element === document.activeElement)).toBe(true);
  await expect.poll(async () => (await skip.boundingBox())!.y).toBeGreaterThanOrEqual(0);
});

describe("for those who listen", () => {
  it("everything has its role and name", async () => {
    const roomId = await createRoom(node, ada, "Listen");
    await send(node, ada, roomId, "Hello");
    const { page } = await visit({ path: `/rooms/${roomId}?pane=questions`, token: bob });
    await live(page);
    await page.getByRole("banner").getByRole("heading", { level: 1, name: "Listen" }).waitFor();
    await page.getByRole("main").getByRole("log", { name: "Chat" }).getByRole("article", { name: /^Ada: / }).waitFor();
    await page.getByRole("navigation", { name: "Views of the room" }).getByRole("button", { name: "Questions", pressed: true }).waitFor();
    await page.getByRole("complementary", { name: "Questions" }).waitFor();
    expect(await page.title()).toBe("Listen");
  });

  it("new messages are told together and now and then, not one by one", async () => {
    const roomId = await createRoom(node, ada, "Live region");
    const { page } = await visit({ path: `/rooms/${roomId}`, token: bob });
    await live(page);
    const said: string[] = [];
    await page.exposeFunction("said", (words: string) => said.push(words));
    await page.evaluate(() => {
      const region = document.querySelector('main [aria-live="polite"][aria-atomic]')!;
      const { said: tell } = window as unknown as { said: (words: string | null) => void };
      new MutationObserver(() => tell(region.textContent)).observe(region, { childList: true, characterData: true, subtree: true });
    });
    expect(await chat(page).getAttribute("aria-live")).toBe("off");
    for (let number = 1; number <= 12; number++) await send(node, ada, roomId, `Number ${number}`);
    await expect.poll(() => said.at(-1), { timeout: 20_000 }).toMatch(/Ada: Number 12$/);
    expect(said.length).toBeLessThanOrEqual(2);
    expect(said[0]).toMatch(/^\d+ new messages\. Last: Ada: Number \d+$/);
    // What one has said oneself one need not be told.
    await say(page, "My own");
    expect(said.join()).not.toContain("My own");
  });
});

it("on a phone nothing is cut off, and panes take the place of the chat", async () => {
  const roomId = await createRoom(node, ada, "A room with quite a long name that has no place on a phone at all");
  await send(node, ada, roomId, `A very long word: ${"a".repeat(300)}`);
  const { page } = await visit({ path: `/rooms/${roomId}`, token: ada, width: 360, height: 640, hasTouch: true });
  await live(page);
  await say(page, "From a phone");
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(await overflow()).toBe(0);
  // The whole field, and all buttons of the header.
  for (const control of [composer(page), ...(await page.getByRole("banner").getByRole("button").all())]) {
    const box = (await control.boundingBox())!;
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(360);
    expect(box.y + box.height).toBeLessThanOrEqual(640);
  }

  // A finger has no pointer that hovers: a tap brings the tools.
  await message(page, "From a phone").tap();
  await message(page, "From a phone").getByRole("button", { name: /^Actions/ }).waitFor();

  await page.getByRole("button", { name: "Questions" }).tap();
  const pane = page.getByRole("complementary", { name: "Questions" });
  await pane.waitFor();
  expect((await pane.boundingBox())!.width).toBe(360);
  expect(await overflow()).toBe(0);
  await pane.getByRole("button", { name: "Close the pane" }).tap();
  await composer(page).waitFor();
});
