import { beforeAll, describe, expect, it } from "vitest";

import { Proxy } from "../../client/tests/support/proxy.ts";
import { createRoom, send, tokenOf } from "../support/api.ts";
import { live, message } from "../support/visitor.ts";
import { openWorld } from "../support/world.ts";

const { nodes, visit } = openWorld();
const [here] = nodes;

describe("the page says how the connection stands", () => {
  let ada: string;
  let bob: string;
  beforeAll(async () => {
    [ada, bob] = await Promise.all([tokenOf(here, "Ada", "plenary-hosts"), tokenOf(here, "Bob")]);
  });

  /** Bob in a room of his own, behind something that a network does. */
  const behind = async (proxy: Proxy, locale = "en") => {
    const roomId = await createRoom(here, ada, "Far away");
    const { page } = await visit({ origin: new URL(proxy.url).origin, path: `/rooms/${roomId}`, token: bob, locale });
    return { page, roomId };
  };

  it("while it is made", async () => {
    const proxy = await Proxy.start(here.http);
    let release: () => void = () => undefined;
    proxy.holdSockets(new Promise((resolve) => (release = resolve)));
    const { page } = await behind(proxy);
    await page.getByRole("status").getByText("Connecting…").waitFor();
    release();
    await live(page);
    await page.getByText("Connecting…").waitFor({ state: "detached" });
    await proxy.stop();
  });

  it.each([
    ["en", /^Connection lost\. Trying again in \d+ s…$/, "Try now", "Connected again. Nothing was missed."],
    ["de", /^Verbindung verloren\. Neuer Versuch in \d+ s …$/, "Jetzt versuchen", "Wieder verbunden. Nichts wurde verpasst."],
  ])("while it is lost, until when, and that nothing was missed, in %s", async (locale, lost, now, back) => {
    const proxy = await Proxy.start(here.http);
    const { page, roomId } = await behind(proxy, locale);
    await live(page);
    // Nobody is there until the words have been read: each attempt waits longer.
    proxy.leadTo("http://127.0.0.1:9");
    proxy.cut();
    await page.getByRole("status").getByText(lost).waitFor();
    await send(here, ada, roomId, "While you were away");
    proxy.leadTo(here.http);
    const button = page.getByRole("button", { name: now });
    const said = page.getByRole("status").getByText(back);
    await button.or(said).first().waitFor();
    if (await button.isVisible()) await button.click().catch(() => undefined);
    await said.waitFor();
    await message(page, "While you were away").waitFor();
    expect(await button.count()).toBe(0);
    await said.waitFor({ state: "detached" });
    await proxy.stop();
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
  await ask("Is this good?");
  await questions.getByRole("listitem").filter({ hasText: "Is this good?" }).waitFor();
});
