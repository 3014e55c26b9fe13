import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";

import { createRoom, tokenOf, updateRoom } from "../support/api.ts";
import { openWorld } from "../support/world.ts";

const { nodes, visit } = openWorld();
const [node] = nodes;

async function signIn(page: Page, name: string, role: string): Promise<void> {
  await page.getByRole("textbox", { name: "Your name" }).fill(name);
  await page.getByRole("combobox", { name: "Role" }).selectOption(role);
  await page.getByRole("button", { name: "Enter" }).click();
  await page.getByRole("heading", { name: "Rooms", exact: true }).waitFor();
}

async function openMenu(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Settings and account" }).click();
  await page.getByRole("menu").waitFor();
}

describe("the sign-in", () => {
  it("takes a name and a role, keeps them over a reload, and lets go of them", async () => {
    const { page } = await visit({ path: "/" });
    await signIn(page, "Grace Hopper", "Host");
    await page.getByRole("button", { name: "New room" }).waitFor();

    await page.reload();
    await page.getByRole("button", { name: "New room" }).waitFor();
    await openMenu(page);
    await page.getByText("Signed in as Grace Hopper").waitFor();

    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });

  it("comes before the room whose address was opened, and leads there", async () => {
    const roomId = await createRoom(node, await tokenOf(node, "Ada", "plenary-hosts"), "Shared by a link");
    const { page } = await visit({ path: `/rooms/${roomId}` });
    await page.getByRole("textbox", { name: "Your name" }).fill("Guest");
    await page.getByRole("button", { name: "Enter" }).click();
    await page.getByRole("heading", { name: "Shared by a link" }).waitFor();
  });

  it("asks again when the token has ended", async () => {
    const ended = `e30.${btoa(JSON.stringify({ sub: "ada", exp: 1 }))}.signature`;
    const { page } = await visit({ path: "/", token: ended });
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });

  it("asks again when the server refuses the token", async () => {
    const forged = `e30.${btoa(JSON.stringify({ sub: "ada", exp: 9_999_999_999 }))}.signature`;
    const { page } = await visit({ path: "/", token: forged });
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });
});

describe("the lobby", () => {
  it("shows rooms by their status, with the way in", async () => {
    const ada = await tokenOf(node, "Ada", "plenary-hosts");
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    const closed = await createRoom(node, ada, "Lobby: over");
    const paused = await createRoom(node, ada, "Lobby: having a break");
    await createRoom(node, ada, "Lobby: to come", { startsAt: tomorrow });
    await createRoom(node, ada, "Lobby: going on");
    await updateRoom(node, ada, closed, { status: "CLOSED" });
    await updateRoom(node, ada, paused, { status: "PAUSED" });

    const { page } = await visit({ path: "/", token: await tokenOf(node, "Bob") });
    const link = (section: string, name: RegExp) => page.getByRole("region", { name: section, exact: true }).getByRole("link", { name });
    await link("Open", /Lobby: going on/).waitFor();
    await link("Paused", /Lobby: having a break/).waitFor();
    await link("Scheduled", /Lobby: to come.*Begins/s).waitFor();
    await link("Closed", /Lobby: over/).waitFor();

    expect(await page.getByRole("button", { name: "New room" }).count()).toBe(0);
    await link("Open", /Lobby: going on/).click();
    await page.getByRole("heading", { name: "Lobby: going on" }).waitFor();
  });

  it("shows what is open before all that is over, and keeps what was loaded when it looks for news", async () => {
    const ada = await tokenOf(node, "Ada", "plenary-hosts");
    const longAgo = { startsAt: "1999-01-01T00:00:00Z" };
    const over = await Promise.all(Array.from({ length: 51 }, (_, index) => createRoom(node, ada, `Lobby: over long ago ${index}`, longAgo)));
    await Promise.all(over.map((id) => updateRoom(node, ada, id, { status: "CLOSED" })));
    await createRoom(node, ada, "Lobby: after all of them");
    const { page } = await visit({ path: "/", token: ada });
    await page.getByRole("region", { name: "Open" }).getByRole("link", { name: "Lobby: after all of them" }).waitFor();

    await page.clock.install();
    await page.reload();
    const closed = page.getByRole("region", { name: "Closed" }).getByRole("link");
    await page.getByRole("button", { name: "Load more" }).last().click();
    await expect.poll(() => closed.count()).toBeGreaterThan(50);
    await updateRoom(node, ada, await createRoom(node, ada, "Lobby: over since", longAgo), { status: "CLOSED" });
    await page.clock.fastForward(70_000);
    await page.getByRole("link", { name: "Lobby: over since" }).waitFor();
    expect(await closed.count()).toBeGreaterThan(51);
  });

  it("lets hosts create a room, for now or for later", async () => {
    const { page } = await visit({ path: "/", token: await tokenOf(node, "Ada", "plenary-hosts") });
    for (const [name, begins, status] of [["Made now", "", "Open"], ["Made for later", "2099-01-01T10:00", "Scheduled"]] as const) {
      await page.getByRole("button", { name: "New room" }).click();
      const dialog = page.getByRole("dialog", { name: "New room" });
      await dialog.getByRole("textbox", { name: "Name" }).fill(name);
      await dialog.getByLabel("Begins").fill(begins);
      await dialog.getByRole("button", { name: "Create" }).click();
      await page.getByRole("heading", { name, exact: true }).waitFor();
      expect(page.url()).toMatch(/\/rooms\/.+/);
      await page.getByRole("banner").getByText(status, { exact: true }).waitFor();
      await page.getByRole("link", { name: "All rooms" }).click();
      await page.getByRole("link", { name: new RegExp(name) }).waitFor();
    }
  });

  it("says so when a room is not there", async () => {
    const { page } = await visit({ path: "/rooms/nowhere", token: await tokenOf(node, "Bob") });
    await page.getByRole("heading", { name: "There is no such room." }).waitFor();
    await page.getByRole("link", { name: "All rooms" }).click();
    await page.getByRole("heading", { name: "Rooms", exact: true }).waitFor();
  });
});

describe("the page", () => {
  it("speaks the browser's language, or the one that was chosen, and keeps it", async () => {
    const { page } = await visit({ path: "/", token: await tokenOf(node, "Bob"), locale: "de-AT" });
    await page.getByRole("heading", { name: "Räume" }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("de");

    await page.getByRole("button", { name: "Einstellungen und Konto" }).click();
    await page.getByRole("menuitemradio", { name: "English" }).click();
    await page.getByRole("heading", { name: "Rooms", exact: true }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Rooms", exact: true }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
  });

  it("is dark or light as the system, or as was chosen, and keeps it", async () => {
    const { page } = await visit({ path: "/", token: await tokenOf(node, "Bob"), colorScheme: "dark" });
    await page.getByRole("heading", { name: "Rooms", exact: true }).waitFor();
    expect(await brightness(page)).toBeLessThan(64);
    await page.emulateMedia({ colorScheme: "light" });
    await expect.poll(() => brightness(page)).toBeGreaterThan(192);

    await openMenu(page);
    await page.getByRole("menuitemradio", { name: "Dark" }).click();
    await expect.poll(() => brightness(page)).toBeLessThan(64);
    await page.reload();
    await page.getByRole("heading", { name: "Rooms", exact: true }).waitFor();
    expect(await brightness(page)).toBeLessThan(64);
  });

  it("allows no script but its own files, and asks nobody else for anything", async () => {
    const policy = (await fetch(node.page)).headers.get("content-security-policy") ?? "";
    const directives = new Map(policy.split(";").map((part) => part.trim().split(/ (.*)/) as [string, string]));
    expect(directives.get("script-src") ?? directives.get("default-src")).toBe("'self'");
    expect(policy).not.toMatch(/unsafe-(inline|eval)/);

    const { page, complaints } = await visit({ path: "/" });
    const asked = new Set<string>();
    page.on("request", (request) => asked.add(new URL(request.url()).host));
    await page.reload();
    await signIn(page, "Grace Hopper", "Host");
    expect(await page.locator("script:not([src]), [onclick], [onerror], [onload]").count()).toBe(0);
    expect([...asked]).toEqual([new URL(node.page).host]);
    expect(complaints).toEqual([]);

    // The policy is at work: a script that somebody slipped in does not run.
    await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "window.slipped = true";
      document.body.append(script);
    });
    expect(await page.evaluate(() => "slipped" in window)).toBe(false);
    expect(complaints.splice(0).join()).toContain("Content Security Policy");
  });
});

/** How bright the ground of the page is, from 0 to 255. */
function brightness(page: Page): Promise<number> {
  return page.evaluate(() => {
    const [red = 0, green = 0, blue = 0] = getComputedStyle(document.body).backgroundColor.match(/\d+/g)!.map(Number);
    return (red + green + blue) / 3;
  });
}
