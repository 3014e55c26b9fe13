import { beforeAll, describe, expect, it } from "vitest";

import { ask, createRoom, send, tokenOf } from "../support/api.ts";
import { choose, live, message, openMenu, say } from "../support/visitor.ts";
import { openWorld } from "../support/world.ts";

const { nodes, visit } = openWorld();
const [node] = nodes;

let ada: string;
let bob: string;

beforeAll(async () => {
  [ada, bob] = await Promise.all([tokenOf(node, "Ada", "plenary-hosts"), tokenOf(node, "Bob")]);
});

/** The host's page of a room, with a tab of the moderation open. */
async function openTab(roomId: string, tab: string, locale = "en") {
  const { page } = await visit({ path: `/rooms/${roomId}?pane=moderation`, token: ada, locale });
  await live(page);
  await page.getByRole("tab", { name: tab }).click();
  const panel = page.getByRole("tabpanel", { name: tab });
  await panel.waitFor();
  return { page, panel };
}

describe("the settings", () => {
  it("can all be changed, in groups with names", async () => {
    const roomId = await createRoom(node, ada, "All settings");
    const { page, panel } = await openTab(roomId, "Settings");
    const group = (name: string) => panel.getByRole("group", { name, exact: true });
    await group("Chat").getByRole("textbox", { name: /^For how long one's own messages/ }).fill("60");
    await group("Chat").getByRole("textbox", { name: /^Longest message/ }).fill("200");
    await group("Chat").getByRole("textbox", { name: "Which reactions" }).fill("like\n🎉\n");
    await group("Questions").getByRole("switch", { name: "Questions without a name" }).click();
    await group("Review").getByRole("combobox").selectOption("Questions");
    await group("Review").getByRole("textbox", { name: "Words that wait for a review" }).fill("perhaps\nmay*");
    await group("Review").getByRole("textbox", { name: "Words that are refused" }).fill("rubbish");
    await group("Pace").getByRole("textbox", { name: /^Messages a second/ }).fill("100");
    await group("Pace").getByRole("textbox", { name: /^Chat messages a second/ }).fill("20");
    await group("Keeping").getByRole("textbox").fill("7");
    await panel.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    expect(await settingsOf(roomId)).toEqual({
      heldTerms: ["perhaps", "may*"],
      refusedTerms: ["rubbish"],
      settings: {
        editWindowSeconds: 60,
        maxMessageLength: 200,
        allowedReactions: ["like", "🎉"],
        anonymousQuestions: true,
        reviewMode: "QUESTIONS",
        maxAcceptRate: 100,
        maxDeliveryRate: 20,
        retentionDays: 7,
      },
    });
    // What was saved is what is shown.
    await expect.poll(() => group("Chat").getByRole("textbox", { name: "Which reactions" }).inputValue()).toBe("like\n🎉");
    expect(await panel.getByRole("button", { name: "Save" }).isDisabled()).toBe(true);
  });

  it("put off the beginning, in the host's own time, and everybody sees when it is", async () => {
    const roomId = await createRoom(node, ada, "Put off", { startsAt: "2099-01-01T10:00:00Z" });
    const { page: guest } = await visit({ path: `/rooms/${roomId}`, token: bob });
    const { page, panel } = await openTab(roomId, "Settings");
    await live(guest);
    const field = panel.getByLabel("Begin");
    const shown = async () => new Date(await field.inputValue()).toISOString();
    expect(await shown()).toBe("2099-01-01T10:00:00.000Z");
    // By the keys alone: month, day, year, hour, minute, half of the day.
    await field.focus();
    await page.keyboard.type("020320980405P");
    expect(await field.inputValue()).toBe("2098-02-03T16:05");
    const begin = await shown();
    await panel.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    await guest.getByRole("banner").getByText("Begins Feb 3, 2098, 4:05 PM").waitFor();
    const { room } = await ask<{ room: { startsAt: string } }>(node, bob, "query ($roomId: ID!) { room(id: $roomId) { startsAt } }", { roomId });
    expect(new Date(room.startsAt).toISOString()).toBe(begin);

    // It cannot be taken back, so what is not filled in is not saved.
    await field.fill("");
    expect(await panel.getByRole("button", { name: "Save" }).isDisabled()).toBe(true);
  });

  it("keep the data of the host application, as JSON and nothing else", async () => {
    const roomId = await createRoom(node, ada, "With data", { metadata: { slides: [1, 2] } });
    const { page, panel } = await openTab(roomId, "Settings");
    const field = panel.getByRole("textbox", { name: "Data of the host application" });
    expect(await field.isVisible()).toBe(false);
    await panel.getByText("Advanced").click();
    expect(JSON.parse(await field.inputValue())).toEqual({ slides: [1, 2] });
    const save = panel.getByRole("button", { name: "Save" });
    for (const wrong of ['{ "slides": ', "", "null"]) {
      await field.fill(wrong);
      await panel.getByText("This is not JSON.").waitFor();
      expect(await save.isDisabled()).toBe(true);
    }
    await field.fill(JSON.stringify({ text: "x".repeat(20_000) }));
    await save.click();
    await panel.getByRole("alert").getByText("The data that goes with it is too large.").waitFor();
    await field.fill('{ "slides": [3] }');
    await save.click();
    await page.getByText("Saved.").waitFor();
    const { room } = await ask<{ room: { metadata: unknown } }>(node, bob, "query ($roomId: ID!) { room(id: $roomId) { metadata } }", { roomId });
    expect(room.metadata).toEqual({ slides: [3] });
  });

  it.each([
    [/^Slow mode/, "4000", "From 0 to 3,600."],
    [/^Longest message/, "0", "From 1 to 10,000."],
    [/^For how long messages are kept/, "9999", "From 1 to 3,650."],
    ["Words that are refused", "x".repeat(65), "At most 200, none twice, each of at most 64 characters."],
    ["Which reactions", "like\nlike", "At most 20, none twice, each of at most 32 characters."],
    ["Name", " ", "1 to 200 characters that can be seen."],
  ])("say at the field what is wrong with it: %s", async (name, value, words) => {
    const { page, panel } = await openTab(await createRoom(node, ada, "Refuses"), "Settings");
    const field = panel.getByRole("textbox", { name, exact: true });
    await field.fill(value);
    await panel.getByRole("button", { name: "Save" }).click();
    await panel.getByText(words).waitFor();
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    // Whoever does not see the words is led to them.
    await expect.poll(() => field.evaluate((element) => element === document.activeElement)).toBe(true);
    const described = await field.getAttribute("aria-describedby");
    expect(await page.locator((described ?? "").split(" ").map((id) => `[id="${id}"]`).join()).allInnerTexts()).toContain(words);
  });
});

it("a host gives somebody a role, which counts at once", async () => {
  const roomId = await createRoom(node, ada, "Roles given");
  const [{ page: host }, { page: guest }] = await Promise.all([
    visit({ path: `/rooms/${roomId}`, token: ada }),
    visit({ path: `/rooms/${roomId}`, token: bob }),
  ]);
  await Promise.all([live(host), live(guest)]);
  await say(guest, "I can help");
  await choose(host, "I can help", "Give a role…");
  const dialog = host.getByRole("dialog", { name: "The role of Bob in this room" });
  expect(await dialog.getByRole("combobox", { name: "Role" }).inputValue()).toBe("PARTICIPANT");
  await dialog.getByRole("combobox", { name: "Role" }).selectOption("Moderator");
  await dialog.getByRole("button", { name: "Give the role" }).click();
  await guest.getByRole("button", { name: "Moderation" }).waitFor();
  // The giver is what the giver was.
  await host.getByRole("link", { name: "Stage view" }).waitFor();
  await say(host, "Welcome to the staff");
  await message(guest, "Welcome to the staff").waitFor();
  await openMenu(guest, "Welcome to the staff");
  expect(await guest.getByRole("menuitem", { name: "Give a role…" }).count()).toBe(0);
});

it.each([
  ["en", "Audit log", ["Ada created the room", "Ada changed the room", "Ada gave Bob the role “Speaker”", "Ada muted Bob", "Ada lifted the mute of Bob", "Ada set a question to “On stage now”", "Ada pinned a message", "Ada reported a message of Bob", "Bob asked a question without a name", "Ada deleted a message of Bob", "Ada hid what no-such-pers… had sent"]],
  ["de", "Protokoll", ["Ada hat den Raum angelegt", "Ada hat den Raum geändert", "Ada hat Bob die Rolle „Bühne“ gegeben", "Ada hat Bob stummgeschaltet", "Ada hat die Stummschaltung von Bob aufgehoben", "Ada hat eine Frage auf „Jetzt auf der Bühne“ gesetzt", "Ada hat eine Nachricht angeheftet", "Ada hat eine Nachricht von Bob gemeldet", "Bob hat eine Frage ohne Namen gestellt", "Ada hat eine Nachricht von Bob gelöscht", "Ada hat ausgeblendet, was no-such-pers… gesendet hat"]],
])("the audit log says in words what was done, in %s", async (locale, tab, sentences) => {
  const roomId = await createRoom(node, ada, "Audited", { settings: { anonymousQuestions: true } });
  await act("updateRoom", "UpdateRoomInput", "{ id }", { roomId, settings: { slowModeSeconds: 5, chatEnabled: false } });
  await act("updateRoom", "UpdateRoomInput", "{ id }", { roomId, settings: { slowModeSeconds: 0, chatEnabled: true } });
  // By this the page knows who Bob is.
  await send(node, bob, roomId, "Hello");
  const messageId = await send(node, bob, roomId, "Something unkind");
  const questionId = await send(node, bob, roomId, "Who is it?", { kind: "QUESTION", anonymous: true });
  await act("reportMessage", "ReportMessageInput", "", { messageId, reason: "Unkind" });
  await act("setPin", "SetPinInput", "{ id }", { messageId, pinned: true });
  await act("setQuestionStatus", "SetQuestionStatusInput", "{ id }", { messageId: questionId, status: "LIVE" });
  const bobInRoom = { roomId, userId: await idOf(bob) };
  await act("setRole", "SetRoleInput", "{ role }", { ...bobInRoom, role: "SPEAKER" });
  await act("sanctionUser", "SanctionUserInput", "{ id }", { ...bobInRoom, type: "MUTE", reason: "Enough" });
  await act("liftSanction", "LiftSanctionInput", "", { ...bobInRoom, type: "MUTE" });
  await act("hideAuthor", "HideAuthorInput", "", { roomId, userId: "no-such-person-at-all" });
  await act("deleteMessage", "DeleteMessageInput", "{ id }", { messageId });
  const { panel } = await openTab(roomId, tab, locale);
  for (const sentence of sentences) await panel.getByText(sentence, { exact: true }).first().waitFor();
  const slow = locale === "en" ? /^Slow mode.*: 5$/ : /^Langsam-Modus.*: 5$/;
  await panel.getByText(slow).waitFor();
  await panel.getByText(locale === "en" ? "Chat: off" : "Chat: aus").waitFor();
  await panel.getByText("Something unkind", { exact: true }).waitFor();
});

/** Does something as the host, by the API. */
async function act(mutation: string, type: string, selection: string, input: Record<string, unknown>): Promise<void> {
  await ask(node, ada, `mutation ($input: ${type}!) { ${mutation}(input: $input) ${selection} }`, { input });
}

/** Who has a token. */
async function idOf(token: string): Promise<string> {
  const { viewer } = await ask<{ viewer: { id: string } }>(node, token, "{ viewer { id } }", {});
  return viewer.id;
}

async function settingsOf(roomId: string): Promise<unknown> {
  const settings = "editWindowSeconds maxMessageLength allowedReactions anonymousQuestions reviewMode maxAcceptRate maxDeliveryRate retentionDays";
  const query = `query ($roomId: ID!) { room(id: $roomId) { heldTerms refusedTerms settings { ${settings} } } }`;
  const { room } = await ask<{ room: unknown }>(node, ada, query, { roomId });
  return room;
}
