import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";

import { createRoom, send, tokenOf, updateRoom, upvote } from "../support/api.ts";
import { live, message } from "../support/visitor.ts";
import { openWorld } from "../support/world.ts";

const { nodes, visit } = openWorld();
const [here, there] = nodes;

/** The questions of the pane, in their order. */
async function order(page: Page): Promise<string[]> {
  const texts = await page.getByRole("complementary", { name: "Questions" }).getByRole("listitem").allInnerTexts();
  return texts.map((text) => /(\w+)\?/.exec(text)?.[1] ?? text);
}

function question(page: Page, content: string) {
  return page.getByRole("complementary", { name: "Questions" }).getByRole("listitem").filter({ hasText: content });
}

describe("questions", () => {
  let ada: string;
  let bob: string;
  let eve: string;
  let roomId: string;
  const open = async (token: string, origin: string, search = "?pane=questions") => {
    const { page } = await visit({ origin, path: `/rooms/${roomId}${search}`, token });
    await live(page);
    return page;
  };

  beforeAll(async () => {
    [ada, bob, eve] = await Promise.all([tokenOf(here, "Ada", "plenary-hosts"), tokenOf(here, "Bob"), tokenOf(here, "Eve")]);
    roomId = await createRoom(here, ada, "Questions", { settings: { anonymousQuestions: true } });
  });

  it("are asked with and without a name, upvoted, and sorted while one looks", async () => {
    const asker = await open(bob, here.page);
    const reader = await open(ada, there.page);
    await asker.getByRole("textbox", { name: "Ask a question" }).fill("When?");
    await asker.keyboard.press("Enter");
    await question(reader, "When?").getByText("Bob").waitFor();

    await asker.getByRole("checkbox", { name: "Ask without my name" }).check();
    await asker.getByRole("textbox", { name: "Ask a question" }).fill("How?");
    await asker.keyboard.press("Enter");
    await question(reader, "How?").getByText("Anonymous").waitFor();
    expect(await question(reader, "How?").getByText("Bob").count()).toBe(0);
    // In the chat a mask is where others have their letters.
    await message(reader, "When?").getByText("B", { exact: true }).waitFor();
    await message(reader, "How?").locator("[data-hue=none] svg").waitFor();

    const vote = (page: Page, content: string) => question(page, content).getByRole("button", { name: /^Upvote/ });
    await expect.poll(() => order(reader)).toEqual(["When", "How"]);
    await vote(asker, "How?").click();
    await question(asker, "How?").getByRole("button", { name: "Upvote, 1 so far", pressed: true }).waitFor();
    await expect.poll(() => order(reader)).toEqual(["How", "When"]);
    await vote(asker, "How?").click();
    await question(reader, "How?").getByRole("button", { name: "Upvote, 0 so far" }).waitFor();
    await vote(asker, "When?").click();
    await expect.poll(() => order(reader)).toEqual(["When", "How"]);

    await reader.getByText("Newest", { exact: true }).click();
    await expect.poll(() => order(reader)).toEqual(["How", "When"]);
  });

  it("go on stage, are answered there, and make room for the next", async () => {
    const why = await send(here, bob, roomId, "Why?", { kind: "QUESTION" });
    const where = await send(here, bob, roomId, "Where?", { kind: "QUESTION" });
    for (const [token, id] of [[ada, why], [bob, why], [eve, why], [ada, where], [eve, where]] as const) await upvote(here, token, id);
    const { page: stage } = await visit({ origin: there.page, path: `/rooms/${roomId}/stage`, token: ada });
    const now = stage.getByRole("region", { name: "Now" });
    const next = stage.getByRole("region", { name: "Next" });
    await now.getByText("The next question appears here.").waitFor();
    await expect.poll(() => next.locator("blockquote").allInnerTexts()).toEqual(expect.arrayContaining(["Why?", "Where?"]));

    const host = await open(ada, here.page);
    const set = async (content: string, status: string) => {
      await question(host, content).getByRole("button", { name: "What to do with this question" }).click();
      await host.getByRole("menuitem", { name: status }).click();
    };
    await set("Why?", "Take on stage");
    await now.getByText("Why?").waitFor();
    await now.getByText("Bob · 3 upvotes").waitFor();
    await question(host, "Why?").getByText("On stage now").waitFor();
    expect(await next.getByText("Why?").count()).toBe(0);

    const audience = await open(eve, there.page);
    expect((await order(audience))[0]).toBe("Why");
    await set("Why?", "Mark as answered");
    await now.getByText("The next question appears here.").waitFor();
    await question(audience, "Why?").waitFor({ state: "detached" });
    await audience.getByRole("complementary").getByText("Answered", { exact: true }).first().click();
    await question(audience, "Why?").getByText("Answered").waitFor();

    await set("Where?", "Take on stage");
    await now.getByText("Where?").waitFor();
    expect(await audience.getByRole("button", { name: "What to do with this question" }).count()).toBe(0);
  });

  it("are off where the room says so", async () => {
    const page = await open(bob, here.page);
    await page.getByRole("textbox", { name: "Ask a question" }).waitFor();
    await updateRoom(there, ada, roomId, { settings: { questionsEnabled: false } });
    await page.getByText("Questions are off in this room.").waitFor();
  });
});

it("a question that did not arrive waits where it was asked, to be sent again or let go", async () => {
  const ada = await tokenOf(here, "Ada", "plenary-hosts");
  const roomId = await createRoom(here, ada, "Refuses a word", { settings: { refusedTerms: ["rubbish"] } });
  const { page } = await visit({ path: `/rooms/${roomId}?pane=questions`, token: await tokenOf(here, "Bob") });
  await live(page);
  const questions = page.getByRole("complementary", { name: "Questions" });
  const ask = async (content: string) => {
    await questions.getByRole("textbox", { name: "Ask a question" }).fill(content);
    await page.keyboard.press("Enter");
  };
  await ask("Is this rubbish?");
  const failed = questions.getByRole("alert");
  await failed.getByText("Not sent. This room does not accept this text.").waitFor();
  // The chat knows nothing of it.
  expect(await page.getByRole("main").getByText("Is this rubbish?").count()).toBe(0);

  await failed.getByRole("button", { name: "Send again" }).click();
  await failed.getByText("Not sent.").waitFor();
  await failed.getByRole("button", { name: "Discard" }).click();
  await questions.getByText("Is this rubbish?").waitFor({ state: "detached" });
  // In a pane that is closed it is not forgotten.
  await ask("More rubbish");
  await failed.waitFor();
  await page.getByRole("button", { name: "Close the pane" }).click();
  const unsent = page.getByRole("alert").filter({ hasText: "Something you wrote was not sent." });
  await unsent.getByRole("button", { name: "Show it" }).click();
  await failed.getByRole("button", { name: "Discard" }).click();
  await failed.waitFor({ state: "detached" });
  expect(await unsent.count()).toBe(0);
  await ask("Is this good?");
  await questions.getByRole("listitem").filter({ hasText: "Is this good?" }).waitFor();
});
