import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { startCluster } from "../../../tests/clients/support/cluster.mjs";
import { createRoom, type Node, send } from "../support/api.ts";
import { UserPool } from "../support/userPool.ts";
import { live, message, say } from "../support/visitor.ts";
import { openWorld } from "../support/world.ts";

const { visit } = openWorld();

/** Amplify asks for the next token when the last five seconds of one have come, so with such ones each time. */
const SHORT_SECONDS = 3;

describe("the sign-in of a user pool", () => {
  let pool: UserPool;
  let cluster: Awaited<ReturnType<typeof startCluster>>;
  let node: Node;
  const open = async (path = "/") => (await visit({ origin: node.page, path })).page;

  beforeAll(async () => {
    pool = await UserPool.start();
    pool.add({ name: "ada", password: "Analytical1", groups: ["plenary-hosts"], displayName: "Ada Lovelace" });
    pool.add({ name: "bob", password: "Builder-of-1", displayName: "Bob" });
    const JWT_ISSUERS = `${pool.issuer} clients=${pool.clientId} endpoint=${pool.endpoint}`;
    cluster = await startCluster({ nodes: 1, settings: { JWT_ISSUERS } });
    node = cluster.nodes[0]!;
  });
  afterEach(() => {
    pool.tokenSeconds = 3_600;
    pool.audience = pool.clientId;
    pool.held.clear();
  });
  afterAll(async () => {
    await cluster.stop();
    await pool.stop();
  });

  it("says plainly what is wrong, in the reader's language, and lets in whoever knows the password", async () => {
    const page = await open();
    await signIn(page, "ada", "Analytical2");
    await page.getByRole("alert").getByText("The user name or the password is wrong.").waitFor();
    await signIn(page, "nobody", "Analytical1");
    await page.getByRole("alert").getByText("The user name or the password is wrong.").waitFor();
    await signIn(page, "ada", "Analytical1");
    await inLobby(page);

    const { page: german } = await visit({ origin: node.page, path: "/", locale: "de" });
    await german.getByRole("textbox", { name: "E-Mail oder Benutzername" }).fill("ada");
    await german.getByLabel(/^Passwort/).fill("wrong");
    await german.getByRole("button", { name: "Eintreten" }).click();
    await german.getByRole("alert").getByText("Der Benutzername oder das Passwort stimmt nicht.").waitFor();
  });

  it("gives the roles of the pool's groups", async () => {
    const ada = await open();
    await signIn(ada, "ada", "Analytical1");
    await ada.getByRole("button", { name: "New room" }).click();
    await ada.getByRole("textbox", { name: "Name" }).fill("Of the pool");
    await ada.getByRole("button", { name: "Create" }).click();
    await ada.getByRole("heading", { name: "Of the pool" }).waitFor();
    await say(ada, "Written by Ada");
    const article = message(ada, "Written by Ada");
    await article.getByText("Ada Lovelace").waitFor();
    await article.getByText("Host", { exact: true }).waitFor();

    const bob = await open(new URL(ada.url()).pathname);
    await signIn(bob, "bob", "Builder-of-1");
    await message(bob, "Written by Ada").waitFor();
    expect(await bob.getByRole("button", { name: "Moderation" }).count()).toBe(0);
    await bob.getByRole("link", { name: "All rooms" }).click();
    await inLobby(bob);
    expect(await bob.getByRole("button", { name: "New room" }).count()).toBe(0);
  });

  it("asks for a password of one's own in place of the administrator's", async () => {
    pool.add({ name: "newcomer", password: "Given-by-admin-1", isTemporary: true });
    const page = await open();
    await signIn(page, "newcomer", "Given-by-admin-1");
    await page.getByText("The account asks for a password of your own.").waitFor();
    const field = page.getByLabel("New password");
    await field.fill("short");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText(/^This password is not accepted: .*not long enough/).waitFor();
    await field.fill("Chosen-by-myself-1");
    await page.keyboard.press("Enter");
    await inLobby(page);

    const again = await open();
    await signIn(again, "newcomer", "Given-by-admin-1");
    await again.getByRole("alert").getByText("The user name or the password is wrong.").waitFor();
    await signIn(again, "newcomer", "Chosen-by-myself-1");
    await inLobby(again);
  });

  it("begins anew when the pool has forgotten what it asked for", async () => {
    pool.add({ name: "latecomer", password: "Given-by-admin-1", isTemporary: true });
    const page = await open();
    await signIn(page, "latecomer", "Given-by-admin-1");
    await page.getByLabel("New password").fill("Chosen-by-myself-1");
    pool.forgetChallenges();
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("Invalid session for the user.").waitFor();
    await signIn(page, "latecomer", "Given-by-admin-1");
    await page.getByLabel("New password").waitFor();
  });

  it("goes on when the tokens expire, in the room and after a reload, and the room misses nothing", async () => {
    const roomId = await createRoom(node, pool.tokenOf("ada"), "Longer than a token");
    pool.tokenSeconds = SHORT_SECONDS;
    const page = await open(`/rooms/${roomId}`);
    await signIn(page, "bob", "Builder-of-1");
    await live(page);
    const renewals = () => pool.asked.filter((operation) => operation === "GetTokensFromRefreshToken").length;
    const before = renewals();
    // The node closes the socket when its token has expired; the page is back with the next one.
    await page.getByRole("status").getByText("Connected again. Nothing was missed.").waitFor();
    expect(renewals()).toBeGreaterThan(before);
    pool.tokenSeconds = 3_600;
    await send(node, pool.tokenOf("ada"), roomId, "To whoever is still here");
    await message(page, "To whoever is still here").waitFor();
    await say(page, "Stayed");
    await page.reload();
    await message(page, "Stayed").waitFor();
  });

  it("is not lost when the pool cannot be reached while a token expires", async () => {
    const roomId = await createRoom(node, pool.tokenOf("ada"), "The pool is away");
    pool.tokenSeconds = SHORT_SECONDS;
    const page = await open(`/rooms/${roomId}`);
    await signIn(page, "bob", "Builder-of-1");
    await live(page);
    await page.route(`${pool.endpoint}/**`, (route) => route.abort("internetdisconnected"));
    await page.getByRole("status").getByText(/^Connection lost/).waitFor();
    await page.waitForRequest(`${pool.endpoint}/**`);
    await send(node, pool.tokenOf("ada"), roomId, "While the pool was away");
    expect(await page.getByRole("heading", { name: "Sign in" }).count()).toBe(0);
    pool.tokenSeconds = 3_600;
    await page.unroute(`${pool.endpoint}/**`);
    const [button, arrived] = [page.getByRole("button", { name: "Try now" }), message(page, "While the pool was away")];
    await button.or(arrived).first().waitFor();
    if (await button.isVisible()) await button.click().catch(() => undefined);
    await arrived.waitFor();
    await say(page, "Still here");
  });

  it("is offered anew in a room that the server lets nobody into with the session's tokens any more", async () => {
    const roomId = await createRoom(node, pool.tokenOf("ada"), "Refused");
    pool.tokenSeconds = SHORT_SECONDS;
    const page = await open(`/rooms/${roomId}`);
    await signIn(page, "bob", "Builder-of-1");
    await live(page);
    pool.audience = "another-client";
    await page.getByRole("heading", { name: "Not connected: your sign-in has ended." }).waitFor({ timeout: 40_000 });
    await page.getByRole("button", { name: "Sign in anew" }).click();
    await page.getByRole("textbox", { name: "E-mail or user name" }).waitFor();
  });

  it("comes back when a token ends that somebody has brought along", async () => {
    const roomId = await createRoom(node, pool.tokenOf("ada"), "For a while");
    pool.tokenSeconds = SHORT_SECONDS;
    const { page } = await visit({ origin: node.page, path: `/rooms/${roomId}`, token: pool.tokenOf("bob") });
    await live(page);
    await page.getByRole("textbox", { name: "E-mail or user name" }).waitFor();
    expect(page.url()).toContain(roomId);
  });

  it("is asked for again when the pool has ended the session", async () => {
    pool.tokenSeconds = SHORT_SECONDS;
    const page = await open();
    await signIn(page, "bob", "Builder-of-1");
    await inLobby(page);
    pool.revokeAll();
    await page.reload();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });

  it("ends with the sign-out, for the pool too, and stays so while the pool is slow to answer", async () => {
    const page = await open();
    await signIn(page, "ada", "Analytical1");
    await inLobby(page);
    let answer: () => void = () => undefined;
    pool.held.set("RevokeToken", new Promise((resolve) => (answer = resolve)));
    await page.getByRole("button", { name: "Settings and account" }).click();
    await Promise.all([page.waitForRequest(`${pool.endpoint}/**`), page.getByRole("menuitem", { name: "Sign out" }).click()]);
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    answer();
    await page.getByRole("textbox", { name: "E-mail or user name" }).waitFor();
    expect(pool.asked.at(-1)).toBe("RevokeToken");
    await page.reload();
    await page.getByRole("textbox", { name: "E-mail or user name" }).waitFor();
  });

  it("is one for all tabs: whoever signs in as somebody else is that in the others too", async () => {
    await createRoom(node, pool.tokenOf("ada"), "Before both");
    const first = await open();
    await signIn(first, "bob", "Builder-of-1");
    await inLobby(first);
    const second = await first.context().newPage();
    await second.goto(node.page);
    await signOut(second);
    await signIn(second, "ada", "Analytical1");
    await second.getByRole("button", { name: "New room" }).waitFor();
    await first.getByRole("link", { name: /Before both/ }).click();
    await say(first, "Who am I?");
    await message(first, "Who am I?").getByText("Ada Lovelace").waitFor();
    await first.getByRole("button", { name: "Settings and account" }).click();
    await first.getByText("Signed in as Ada Lovelace").waitFor();
  });
});

async function signIn(page: Page, name: string, password: string): Promise<void> {
  await page.getByRole("textbox", { name: "E-mail or user name" }).fill(name);
  await page.getByLabel(/^Password/).fill(password);
  await page.getByRole("button", { name: "Enter" }).click();
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Settings and account" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
}

async function inLobby(page: Page): Promise<void> {
  await page.getByRole("heading", { name: "Rooms", exact: true }).waitFor();
}
