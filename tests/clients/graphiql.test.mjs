import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { openBrowser } from "./support/browser.mjs";
import { startCluster } from "./support/cluster.mjs";
import { person } from "./support/http.mjs";

describe("GraphiQL in a browser", { timeout: 120_000 }, () => {
  let cluster;
  let node;
  let browser;
  let page;
  let complaints;

  before(async () => {
    cluster = await startCluster({ nodes: 1 });
    [node] = cluster.nodes;
    browser = await openBrowser();
    ({ page, complaints } = await browser.openPage(`${node.page}/graphiql`));
  });
  after(async () => {
    await browser?.close();
    await cluster?.stop();
  });

  const answer = (text) => page.getByRole("region", { name: "Result Window" }).getByText(text).first().waitFor();
  const openTab = async (name) => {
    await page.getByRole("tab", { name }).click();
    // The editor follows its tab a moment later, and what it shows is what runs.
    await page.getByRole("region", { name: "Operation Editor" }).getByText(name, { exact: true }).first().waitFor();
  };
  const run = () => page.getByRole("button", { name: /^Execute query/ }).click();

  it("asks for a token before it asks the node for anything", async () => {
    await answer("sign in, or paste a token");
  });

  it("signs in, and reads the schema with the token", async () => {
    await page.getByRole("button", { name: "Development sign-in" }).click();
    await page.getByText("signed in as ada").waitFor();
    await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
    await page.getByRole("link", { name: "Subscription", exact: true }).waitFor();
    await page.getByRole("button", { name: "Hide Documentation Explorer" }).click();
  });

  it("runs a mutation by HTTP", async () => {
    await openTab("CreateRoom");
    await run();
    await answer('"town-hall"');
  });

  it("runs a subscription by WebSocket", async () => {
    await openTab("RoomEvents");
    await run();
    await page.getByRole("button", { name: /^Stop query/ }).waitFor();

    const bob = person(node, await cluster.token("bob"));
    // The page does not show when its subscription is in force, so a message comes until one is seen.
    const sending = setInterval(() => bob.send("town-hall", "Hello, GraphiQL"), 500);
    await answer('"Hello, GraphiQL"').finally(() => clearInterval(sending));

    await page.getByRole("button", { name: /^Stop query/ }).click();
  });

  it("lets a token in the header editor go first", async () => {
    const token = await cluster.token("carol");
    await openTab("RoomHistory");
    await page.getByRole("button", { name: "Headers" }).click();
    await page.getByRole("region", { name: "Headers" }).click();
    await page.keyboard.insertText(JSON.stringify({ Authorization: token }));

    const request = page.waitForRequest(node.http);
    await run();
    await answer('"Hello, GraphiQL"');
    assert.equal((await request).headers().authorization, token);
  });

  it("underlines what the schema does not have", async () => {
    await openTab("SendMessage");
    await page.getByRole("region", { name: "Operation Editor" }).click();
    await page.keyboard.press("Control+End");
    await page.keyboard.insertText("query Mistake { nonsense }");
    await page.locator(".squiggly-error").first().waitFor();
  });

  it("has had nothing to complain about, its content security policy included", () => {
    assert.deepEqual(complaints, []);
  });
});
