import type { Page } from "playwright-core";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { Proxy } from "../../client/tests/support/proxy.ts";
import { ask, contents, createRoom, tokenOf, updateRoom } from "../support/api.ts";
import { composer, live, message, say } from "../support/visitor.ts";
import { openWorld } from "../support/world.ts";

const { nodes, visit } = openWorld();
const [here, there] = nodes;

let ada: string;
let bob: string;

beforeAll(async () => {
  [ada, bob] = await Promise.all([tokenOf(here, "Ada", "plenary-hosts"), tokenOf(here, "Bob")]);
});

/** Opens a room for Bob that has these settings. */
async function room(name: string, settings: Record<string, unknown> = {}, origin = here.page): Promise<{ page: Page; roomId: string }> {
  const roomId = await createRoom(here, ada, name, { settings });
  const { page } = await visit({ origin, path: `/rooms/${roomId}`, token: bob });
  await live(page);
  return { page, roomId };
}

async function write(page: Page, content: string): Promise<void> {
  await composer(page).fill(content);
  await page.keyboard.press("Enter");
}

describe("over a bad connection", () => {
  let proxy: Proxy;
  const origin = () => new URL(proxy.url).origin;
  beforeEach(async () => {
    proxy = await Proxy.start(here.http);
  });
  afterEach(() => proxy.stop());

  it("a message is shown at once, then that it failed, and arrives once when it is sent again", async () => {
    const { page, roomId } = await room("Cut off", {}, origin());
    proxy.leadTo("http://127.0.0.1:9");
    proxy.cut();
    await write(page, "Just once");
    const pending = page.locator("[data-state]").filter({ hasText: "Just once" });
    await pending.getByText("Sending…").waitFor();
    expect(await composer(page).inputValue()).toBe("");
    // Several attempts later.
    await pending.getByText("Not sent. The server cannot be reached.").waitFor({ timeout: 40_000 });
    expect(await message(page, "Just once").count()).toBe(0);

    proxy.leadTo(here.http);
    await pending.getByRole("button", { name: "Send again" }).click();
    await message(page, "Just once").waitFor();
    await pending.waitFor({ state: "detached" });
    await live(page);
    await say(page, "And then this");
    expect(await message(page, "Just once").count()).toBe(1);
    expect(await contents(there, bob, roomId)).toEqual(["Just once", "And then this"]);
  });

  it("a message arrives once although the answer to it was lost", async () => {
    const { page, roomId } = await room("Lost answer", {}, origin());
    // All connections that the page has kept open are gone, and the next one is cut as soon as the node answers.
    proxy.loseAnswers(1);
    await page.route("**/graphql", (route) => route.continue({ headers: { ...route.request().headers(), connection: "close" } }));
    await say(page, "Lost and found");
    await say(page, "The next");
    expect(await message(page, "Lost and found").count()).toBe(1);
    expect(await contents(there, bob, roomId)).toEqual(["Lost and found", "The next"]);
  });
});

describe("what is refused", () => {
  it("is said in words, and can be discarded", async () => {
    const { page } = await room("No repetitions", { uniqueMessages: true });
    await say(page, "Hello?");
    await write(page, "Hello?");
    const failed = page.getByRole("alert").filter({ hasText: "Not sent. You have just said that." });
    await failed.getByRole("button", { name: "Discard" }).click();
    await failed.waitFor({ state: "detached" });
    expect(await message(page, "Hello?").count()).toBe(1);
  });

  it("in slow mode waits, and says for how long", async () => {
    const { page } = await room("Slow", { slowModeSeconds: 4 });
    await page.getByText("Slow mode: one message every 4 s").waitFor();
    await say(page, "First");
    for (const seconds of [3, 2, 1]) await page.getByText(`Slow mode: wait ${seconds} s`).waitFor();
    await composer(page).fill("Too soon");
    expect(await page.getByRole("button", { name: "Send", exact: true }).isEnabled()).toBe(false);
    await page.getByText("Slow mode: one message every 4 s").waitFor();
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await message(page, "Too soon").waitFor();
  });

  it("for its length is counted while it is written", async () => {
    const { page } = await room("Short", { maxMessageLength: 10 });
    await composer(page).fill("12345678👍🏽");
    await page.getByText("0 characters left").waitFor();
    await composer(page).fill("1234567890123");
    await page.getByText("3 characters too many").waitFor();
    expect(await page.getByRole("button", { name: "Send", exact: true }).isEnabled()).toBe(false);
    await composer(page).press("Enter");
    expect(await composer(page).inputValue()).toBe("1234567890123");
  });

  it("because of the room is said in place of the field, as soon as the room changes", async () => {
    const { page, roomId } = await room("Changing");
    const change = (what: Record<string, unknown>) => updateRoom(there, ada, roomId, what);
    await composer(page).waitFor();
    await change({ status: "PAUSED" });
    await page.getByText("The room is paused. Only the staff may write.").waitFor();
    await change({ status: "OPEN", settings: { chatEnabled: false } });
    await page.getByText("The chat is off in this room.").waitFor();
    await change({ settings: { chatEnabled: true } });
    await composer(page).waitFor();
    await change({ status: "CLOSED" });
    await page.getByText("The room is closed.").waitFor();
  });

  it("because of a mute is said in place of the field", async () => {
    const { page, roomId } = await room("Muted");
    await say(page, "Blah");
    const mute = "mutation ($input: SanctionUserInput!) { sanctionUser(input: $input) { id userId } }";
    const { room: found } = await ask<{ room: { messages: { nodes: { author: { userId: string } }[] } } }>(
      here, ada, "query ($id: ID!) { room(id: $id) { messages(last: 1) { nodes { author { userId } } } } }", { id: roomId },
    );
    const { userId } = found.messages.nodes[0]!.author;
    await ask(there, ada, mute, { input: { roomId, userId, type: "MUTE" } });
    await page.getByText("You are muted in this room.").waitFor();
    await ask(there, ada, "mutation ($input: LiftSanctionInput!) { liftSanction(input: $input) }", { input: { roomId, userId, type: "MUTE" } });
    await composer(page).waitFor();
  });
});
