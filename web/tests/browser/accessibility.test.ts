import { beforeAll, describe, expect, it } from "vitest";

import { createRoom, react, reply, send, tokenOf, updateRoom } from "../support/api.ts";
import { violations } from "../support/axe.ts";
import { choose, live, message, openMenu, type Visit } from "../support/visitor.ts";
import { openWorld } from "../support/world.ts";

const { nodes, visit } = openWorld();
const [node] = nodes;

let ada: string;
let bob: string;
let roomId: string;

beforeAll(async () => {
  [ada, bob] = await Promise.all([tokenOf(node, "Ada", "plenary-hosts"), tokenOf(node, "Bob")]);
  roomId = await createRoom(node, ada, "Accessible", { settings: { reviewMode: "ALL", anonymousQuestions: true } });
  await send(node, ada, roomId, "Welcome", { kind: "ANNOUNCEMENT" });
  const hello = await send(node, ada, roomId, "Hello");
  await reply(node, ada, hello, "Hello again");
  await react(node, ada, hello, "love");
  await send(node, ada, roomId, "Why?", { kind: "QUESTION" });
  await send(node, bob, roomId, "Held");
  await updateRoom(node, ada, roomId, { settings: { reviewMode: "OFF" } });
  await send(node, bob, roomId, "Good morning");
});

describe.each(["light", "dark"] as const)("nobody is kept out, %s", (colorScheme) => {
  const open = async (how: Omit<Visit, "colorScheme">) => (await visit({ ...how, colorScheme })).page;
  const room = async (search = "", more: Partial<Visit> = {}) => {
    const page = await open({ path: `/rooms/${roomId}${search}`, token: ada, ...more });
    await live(page);
    return page;
  };

  it("of the sign-in", async () => {
    const page = await open({ path: "/" });
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it("of the lobby, its menu and its dialog", async () => {
    const page = await open({ path: "/", token: ada });
    await page.getByRole("link", { name: /Accessible/ }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Settings and account" }).click();
    await page.getByRole("menuitemradio", { name: "Deutsch" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "New room" }).click();
    await page.getByRole("dialog").waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it("of the room, a message's tools, its reactions and its menu", async () => {
    const page = await room();
    await message(page, "Good morning").hover();
    expect(await violations(page)).toEqual([]);
    await message(page, "Good morning").getByRole("button", { name: "React" }).click();
    await page.getByRole("button", { name: "love", exact: true }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await openMenu(page, "Good morning");
    expect(await violations(page)).toEqual([]);
  });

  it.each(["Ban…", "Mute…", "Hide all of this author", "Delete", "Report"])("of the dialog of %s", async (action) => {
    const page = await room();
    await choose(page, "Good morning", action);
    await page.getByRole("dialog").waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it.each(["?pane=questions", "?pane=moderation", "thread"])("of the pane %s, on a phone too", async (search) => {
    for (const width of [1280, 390]) {
      const page = await room(search === "thread" ? "" : search, { width });
      if (search === "thread") await message(page, "Hello").getByRole("button", { name: /1 reply/ }).click();
      await page.getByRole("complementary").waitFor();
      await page.getByRole("complementary").getByText(/Why\?|Held|Hello again/).first().waitFor();
      expect(await violations(page)).toEqual([]);
    }
  });

  it.each(["Sanctions", "Settings", "Audit log"])("of the moderation's %s", async (tab) => {
    const page = await room("?pane=moderation");
    await page.getByRole("tab", { name: tab }).click();
    await page.getByRole("tabpanel", { name: tab }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it("of a room for somebody who may not write, and of one that is not there", async () => {
    const closed = await createRoom(node, ada, "Closed");
    await updateRoom(node, ada, closed, { status: "CLOSED" });
    const page = await open({ path: `/rooms/${closed}`, token: bob });
    await page.getByText("The room is closed.").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.goto(`${node.page}/rooms/nowhere`);
    await page.getByRole("heading", { name: "There is no such room." }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it("of the stage", async () => {
    const page = await open({ path: `/rooms/${roomId}/stage`, token: ada });
    await page.getByText("Why?").waitFor();
    expect(await violations(page)).toEqual([]);
  });
});
