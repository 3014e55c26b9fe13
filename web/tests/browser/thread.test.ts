import { beforeAll, expect, it } from "vitest";

import { createRoom, reply, send, tokenOf, updateRoom } from "../support/api.ts";
import { live, message } from "../support/visitor.ts";
import { openWorld } from "../support/world.ts";

const { nodes, visit } = openWorld();
const [here, there] = nodes;

let ada: string;
let bob: string;
let roomId: string;

beforeAll(async () => {
  [ada, bob] = await Promise.all([tokenOf(here, "Ada", "plenary-hosts"), tokenOf(here, "Bob")]);
  roomId = await createRoom(here, ada, "Threads");
});

it("a thread stands beside the chat, and both know of each reply", async () => {
  await send(here, ada, roomId, "Who brings cake?");
  const [{ page: first }, { page: second }] = await Promise.all([
    visit({ origin: here.page, path: `/rooms/${roomId}`, token: ada }),
    visit({ origin: there.page, path: `/rooms/${roomId}`, token: bob }),
  ]);
  await Promise.all([live(first), live(second)]);

  await message(second, "Who brings cake?").hover();
  await second.getByRole("button", { name: "Reply in thread" }).click();
  const pane = second.getByRole("complementary", { name: "Thread" });
  await pane.getByText("No replies yet.").waitFor();
  await pane.getByRole("textbox", { name: "Reply" }).fill("I do");
  await second.keyboard.press("Enter");
  await pane.getByRole("log").getByRole("article").filter({ hasText: "I do" }).waitFor();
  // A reply is no message of the chat.
  expect(await message(second, "I do").count()).toBe(0);

  await message(first, "Who brings cake?").getByRole("button", { name: /1 reply/ }).click();
  const other = first.getByRole("complementary", { name: "Thread" });
  await other.getByRole("article").filter({ hasText: "I do" }).waitFor();
  await other.getByRole("textbox", { name: "Reply" }).fill("Thank you");
  await first.keyboard.press("Enter");
  await pane.getByRole("article").filter({ hasText: "Thank you" }).waitFor();
  for (const page of [first, second]) await message(page, "Who brings cake?").getByRole("button", { name: /2 replies/ }).waitFor();

  // The address names it, and the browser's back leads out of it.
  await second.reload();
  await pane.getByRole("article").filter({ hasText: "Thank you" }).waitFor();
  await first.goBack();
  await other.waitFor({ state: "detached" });
  await second.getByRole("button", { name: "Close the pane" }).click();
  await pane.waitFor({ state: "detached" });
});

it("a long thread is read back to its beginning", async () => {
  const root = await send(here, ada, roomId, "Counting");
  for (let number = 1; number <= 60; number++) await reply(there, bob, root, `Reply ${number}.`);
  const { page } = await visit({ path: `/rooms/${roomId}?thread=${encodeURIComponent(root)}`, token: ada });
  const replies = page.getByRole("log", { name: "Thread" });
  await replies.getByRole("article").filter({ hasText: "Reply 60." }).waitFor();
  await replies.hover();
  await expect
    .poll(async () => {
      await page.mouse.wheel(0, -1_000);
      return replies.getByRole("article").filter({ hasText: "Reply 1." }).count();
    }, { timeout: 20_000 })
    .toBe(1);
});

it("where replies are off, that is said", async () => {
  const quiet = await createRoom(here, ada, "No replies");
  const root = await send(here, ada, quiet, "Listen");
  await updateRoom(here, ada, quiet, { settings: { participantsCanReply: false } });
  const { page } = await visit({ path: `/rooms/${quiet}?thread=${encodeURIComponent(root)}`, token: bob });
  await page.getByText("Replies are off in this room.").waitFor();
  const { page: staff } = await visit({ path: `/rooms/${quiet}?thread=${encodeURIComponent(root)}`, token: ada });
  await staff.getByRole("textbox", { name: "Reply" }).waitFor();
});

it("a reply that did not arrive is not forgotten with its pane", async () => {
  const own = await createRoom(here, ada, "Refuses a word", { settings: { refusedTerms: ["rubbish"] } });
  const root = await send(here, ada, own, "What is it?");
  const { page } = await visit({ path: `/rooms/${own}?thread=${encodeURIComponent(root)}`, token: bob });
  await live(page);
  const thread = page.getByRole("complementary", { name: "Thread" });
  await thread.getByRole("textbox", { name: "Reply" }).fill("It is rubbish");
  await page.keyboard.press("Enter");
  await thread.getByRole("alert").getByText("Not sent.").waitFor();
  const unsent = page.getByRole("alert").filter({ hasText: "Something you wrote was not sent." });
  expect(await unsent.count()).toBe(0);
  await page.getByRole("button", { name: "Close the pane" }).click();
  await unsent.getByRole("button", { name: "Show it" }).click();
  await thread.getByText("It is rubbish").waitFor();
});
