import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";

import { Proxy } from "../../client/tests/support/proxy.ts";
import { createRoom, send, tokenOf } from "../support/api.ts";
import { choose, composer, live, message, openMenu, say } from "../support/visitor.ts";
import { openWorld } from "../support/world.ts";

const { nodes, visit } = openWorld();
const [here, there] = nodes;

let ada: string;
let serial = 0;

beforeAll(async () => {
  ada = await tokenOf(here, "Ada", "plenary-hosts");
});

/** A room of its own, with a host at one node and a guest of that name at the other. */
async function scene(name: string, settings: Record<string, unknown> = {}): Promise<{ host: Page; guest: Page; token: string; roomId: string }> {
  const roomId = await createRoom(here, ada, `Moderated ${++serial}`, { settings });
  const token = await tokenOf(here, name);
  const [{ page: host }, { page: guest }] = await Promise.all([
    visit({ origin: here.page, path: `/rooms/${roomId}`, token: ada }),
    visit({ origin: there.page, path: `/rooms/${roomId}`, token }),
  ]);
  await Promise.all([live(host), live(guest)]);
  return { host, guest, token, roomId };
}

async function openTab(page: Page, tab: string) {
  if ((await page.getByRole("complementary", { name: "Moderation" }).count()) === 0) await page.getByRole("button", { name: "Moderation" }).click();
  await page.getByRole("tab", { name: tab }).click();
  const panel = page.getByRole("tabpanel", { name: tab });
  await panel.waitFor();
  return panel;
}

describe("the host", () => {
  it("deletes what somebody else said", async () => {
    const { host, guest } = await scene("Guest");
    await say(guest, "Rubbish");
    await choose(host, "Rubbish", "Delete");
    await host.getByRole("dialog").getByText("This cannot be undone.").waitFor();
    await host.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    for (const page of [host, guest]) await message(page, "This message was deleted.").waitFor();
  });

  it("hides all that an author has said", async () => {
    const { host, guest } = await scene("Spammer");
    for (const content of ["Buy one", "Buy two"]) await say(guest, content);
    await choose(host, "Buy two", "Hide all of this author");
    await host.getByRole("dialog", { name: "Hide all that Spammer has sent" }).getByRole("button", { name: "Hide" }).click();
    for (const page of [host, guest]) {
      await expect.poll(() => message(page, "This message was deleted.").count()).toBe(2);
      expect(await message(page, "Buy").count()).toBe(0);
    }
  });

  it("mutes somebody, who is told why not, and lifts it again", async () => {
    const { host, guest } = await scene("Shouter");
    await say(guest, "AAAH");
    await choose(host, "AAAH", "Mute…");
    const dialog = host.getByRole("dialog", { name: "Mute Shouter" });
    await dialog.getByRole("combobox", { name: "For how long" }).selectOption("5 minutes");
    await dialog.getByRole("textbox", { name: "Reason" }).fill("Too loud");
    await dialog.getByRole("button", { name: "Mute" }).click();
    await guest.getByText(/^You are muted until /).waitFor();
    expect(await composer(guest).count()).toBe(0);

    const sanctions = await openTab(host, "Sanctions");
    const line = sanctions.getByRole("listitem").filter({ hasText: "Too loud" });
    await line.getByRole("button", { name: "Lift" }).click();
    await sanctions.getByText("Nobody is muted or banned.").waitFor();
    await composer(guest).waitFor();
    await say(guest, "sorry");
  });

  it("bans somebody, whose page ends, and who does not come back", async () => {
    const { host, guest } = await scene("Villain");
    await say(guest, "Buy this");
    await choose(host, "Buy this", "Ban…");
    const dialog = host.getByRole("dialog", { name: "Ban Villain" });
    await dialog.getByRole("textbox", { name: "Reason" }).fill("Advertising");
    await dialog.getByRole("checkbox", { name: "Hide also what the person has sent" }).check();
    await dialog.getByRole("button", { name: "Ban", exact: true }).click();

    await guest.getByRole("heading", { name: "You have been removed from this room." }).waitFor();
    expect(await guest.getByRole("textbox").count()).toBe(0);
    await message(host, "This message was deleted.").waitFor();
    await guest.reload();
    await guest.getByRole("heading", { name: "You have been removed from this room." }).waitFor();
    expect(await guest.getByText("Buy this").count()).toBe(0);
  });

  it("pins a message for everybody, and takes it off", async () => {
    const { host, guest } = await scene("Guest");
    await say(host, "The password is in the invitation");
    await choose(host, "The password", "Pin");
    const pins = (page: Page) => page.getByRole("region", { name: "Pinned messages" });
    for (const page of [host, guest]) await pins(page).getByRole("button", { name: /The password/ }).waitFor();
    // What only those who keep order may is not offered to others.
    await openMenu(guest, "The password");
    expect(await guest.getByRole("menuitem", { name: /Pin|Ban|Mute|Hide|Delete/ }).count()).toBe(0);
    await pins(host).getByRole("button", { expanded: false }).click();
    await pins(host).getByRole("button", { name: "Unpin" }).click();
    for (const page of [host, guest]) await pins(page).waitFor({ state: "detached" });
  });

  it("sees first what waits for a review, and approves or rejects it", async () => {
    const { host, guest, token, roomId } = await scene("Newcomer", { reviewMode: "ALL" });
    const review = await openTab(host, "Review");
    await review.getByText("Nothing waits for a review.").waitFor();
    await composer(guest).fill("May I?");
    await guest.keyboard.press("Enter");
    await send(there, token, roomId, "No way");
    await review.getByRole("listitem").filter({ hasText: "May I?" }).getByRole("button", { name: "Approve" }).click();
    await message(host, "May I?").waitFor();
    await message(guest, "May I?").waitFor();
    await review.getByRole("listitem").filter({ hasText: "No way" }).getByRole("button", { name: "Reject" }).click();
    await review.getByText("Nothing waits for a review.").waitFor();
    // Its author is told, and nobody else sees it.
    await message(guest, "No way").getByText("Was not approved; only you and the staff see it.").waitFor();
    const { page: other } = await visit({ path: `/rooms/${roomId}`, token: await tokenOf(here, "Other") });
    await message(other, "May I?").waitFor();
    for (const page of [host, other]) expect(await message(page, "No way").count()).toBe(0);
  });

  it("learns what is reported, and deletes it", async () => {
    const { host, guest } = await scene("Reporter");
    const { page: offender } = await visit({ path: new URL(host.url()).pathname, token: await tokenOf(here, "Offender") });
    await live(offender);
    await say(offender, "You are all stupid");
    const review = await openTab(host, "Review");
    await choose(guest, "You are all stupid", "Report");
    await guest.getByRole("textbox", { name: "What is wrong with it?" }).fill("An insult");
    await guest.getByRole("dialog").getByRole("button", { name: "Report" }).click();
    await guest.getByText("Those who keep order have been told.").waitFor();

    const report = review.getByRole("listitem").filter({ hasText: "1 report: An insult" });
    await report.getByRole("button", { name: "Delete" }).click();
    for (const page of [host, guest, offender]) await message(page, "This message was deleted.").waitFor();
    await review.getByText("Nothing has been reported while you were here.").waitFor();
  });

  it("sees that something waits while the pane is closed, until it is settled, by whomever", async () => {
    const { host, guest, token, roomId } = await scene("Patient", { heldTerms: ["perhaps"] });
    const { page: colleague } = await visit({ origin: there.page, path: `/rooms/${roomId}`, token: await tokenOf(here, "Mo", "plenary-moderators") });
    await live(colleague);
    const waiting = (page: Page, count: number) => page.getByRole("button", { name: count === 0 ? "Moderation" : `Moderation, ${count} waiting`, exact: true });
    await waiting(host, 0).waitFor();
    await send(there, token, roomId, "Perhaps");
    await say(host, "You are all stupid");
    for (const page of [host, colleague]) await waiting(page, 1).waitFor();
    await message(guest, "You are all stupid").waitFor();
    await choose(guest, "You are all stupid", "Report");
    await guest.getByRole("textbox", { name: "What is wrong with it?" }).fill("An insult");
    await guest.getByRole("dialog").getByRole("button", { name: "Report" }).click();
    for (const page of [host, colleague]) await waiting(page, 2).waitFor();

    // What came while the pane was closed is in it.
    const review = await openTab(colleague, "Review");
    await review.getByRole("listitem").filter({ hasText: "1 report: An insult" }).getByRole("button", { name: "Delete" }).click();
    for (const page of [host, colleague]) await waiting(page, 1).waitFor();
    await review.getByRole("listitem").filter({ hasText: "Perhaps" }).getByRole("button", { name: "Approve" }).click();
    for (const page of [host, colleague]) await waiting(page, 0).waitFor();
  });

  it("sees what was held while the connection was lost", async () => {
    const proxy = await Proxy.start(here.http);
    const roomId = await createRoom(here, ada, "Held meanwhile", { settings: { reviewMode: "ALL" } });
    const { page } = await visit({ origin: new URL(proxy.url).origin, path: `/rooms/${roomId}`, token: ada });
    await live(page);
    proxy.leadTo("http://127.0.0.1:9");
    proxy.cut();
    await page.getByText(/^Connection lost/).waitFor();
    await send(here, await tokenOf(here, "Guest"), roomId, "May I?");
    proxy.leadTo(here.http);
    await page.getByRole("button", { name: "Moderation, 1 waiting" }).waitFor();
    await proxy.stop();
  });

  it("changes the room's settings for everybody", async () => {
    const { host, guest } = await scene("Guest");
    const settings = await openTab(host, "Settings");
    await settings.getByRole("textbox", { name: "Name" }).fill("The great hall");
    await settings.getByRole("textbox", { name: /^Slow mode/ }).fill("30");
    await settings.getByRole("switch", { name: "Reactions" }).click();
    await settings.getByRole("button", { name: "Save" }).click();
    await host.getByText("Saved.").waitFor();
    await guest.getByRole("heading", { name: "The great hall" }).waitFor();
    await guest.getByText("Slow mode: one message every 30 s").waitFor();
    await guest.getByRole("group", { name: "Send a reaction to the room" }).waitFor({ state: "detached" });
  });

  it("announces, and everybody sees that it is no chat", async () => {
    const { host, guest } = await scene("Guest");
    await host.getByRole("button", { name: "Send as an announcement", pressed: false }).click();
    await say(host, "We begin in five minutes");
    await message(guest, "We begin in five minutes").getByText("Announcement").waitFor();
    expect(await guest.getByRole("button", { name: "Send as an announcement" }).count()).toBe(0);
  });

  it("reads in the audit log what was done", async () => {
    const { host, guest } = await scene("Guest");
    await say(guest, "Oops");
    await choose(host, "Oops", "Delete");
    await host.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await message(host, "This message was deleted.").waitFor();
    const audit = await openTab(host, "Audit log");
    await audit.getByRole("listitem").filter({ hasText: /delete/i }).first().waitFor();
  });
});

it("a moderator has no settings and no audit log, a guest no moderation at all", async () => {
  const roomId = await createRoom(here, ada, "Roles");
  const [{ page: moderator }, { page: guest }] = await Promise.all([
    visit({ path: `/rooms/${roomId}`, token: await tokenOf(here, "Mo", "plenary-moderators") }),
    visit({ path: `/rooms/${roomId}`, token: await tokenOf(here, "Guest") }),
  ]);
  await Promise.all([live(moderator), live(guest)]);
  await moderator.getByRole("button", { name: "Moderation" }).click();
  await moderator.getByRole("tab", { name: "Sanctions" }).waitFor();
  expect(await moderator.getByRole("tab").allInnerTexts()).toEqual(["Review", "Sanctions"]);
  expect(await guest.getByRole("button", { name: "Moderation" }).count()).toBe(0);
});
