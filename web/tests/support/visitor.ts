import type { Browser, Locator, Page } from "playwright-core";

/** Somebody at a browser of their own, with everything that their page complained about. */
export interface Visitor {
  page: Page;
  complaints: string[];
}

/** How a visitor comes in. */
export interface Visit {
  /** Where the page comes from, `http://127.0.0.1:8080`; the first node unless told. */
  origin?: string;
  path: string;
  /** Who it is; without it the page asks. */
  token?: string;
  width?: number;
  height?: number;
  colorScheme?: "light" | "dark";
  locale?: string;
  /** Whether things may move on the page; tests that are not about that do without. */
  motion?: boolean;
  /** Whether the screen is touched. */
  hasTouch?: boolean;
}

/** What has not happened by then does not happen any more, in milliseconds. */
const WAIT_MS = 20_000;

/** Opens a page for somebody who is already signed in, or for a stranger. */
export async function openPage(browser: Browser, visit: Visit & { origin: string }): Promise<Visitor> {
  const { width = 1280, height = 800, colorScheme = "light", locale = "en", hasTouch = false } = visit;
  const reducedMotion = visit.motion ? "no-preference" : "reduce";
  const context = await browser.newContext({ viewport: { width, height }, locale, colorScheme, reducedMotion, hasTouch });
  context.setDefaultTimeout(WAIT_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  // Only once, so that whoever has left does not come back with a reload.
  if (visit.token !== undefined) await page.addInitScript(signIn, visit.token);
  await page.goto(visit.origin + visit.path);
  return { page, complaints };
}

function signIn(token: string): void {
  if (sessionStorage.getItem("tests.visited") === null) sessionStorage.setItem("plenary.token", token);
  sessionStorage.setItem("tests.visited", "");
}

/** The log of the chat. */
export function chat(page: Page): Locator {
  return page.getByRole("log", { name: "Chat" });
}

/** A message of the chat that is in the room; those on their way are no articles. */
export function message(page: Page, content: string): Locator {
  return chat(page).getByRole("article").filter({ hasText: content });
}

/** The field that chat messages are written in. */
export function composer(page: Page): Locator {
  return page.getByRole("textbox", { name: /^Message to/ });
}

/** Writes a message in the chat, and waits until it is in the room. */
export async function say(page: Page, content: string): Promise<void> {
  await composer(page).fill(content);
  await page.keyboard.press("Enter");
  await message(page, content).waitFor();
}

/** Opens what can be done with a message. */
export async function openMenu(page: Page, content: string): Promise<void> {
  await message(page, content).hover();
  await message(page, content).getByRole("button", { name: /^Actions for the message/ }).click();
  await page.getByRole("menu").waitFor();
}

/** Does something with a message. */
export async function choose(page: Page, content: string, action: string): Promise<void> {
  await openMenu(page, content);
  await page.getByRole("menuitem", { name: action, exact: true }).click();
}

/** Waits until the page follows the room: what is sent from then on arrives. */
export async function live(page: Page): Promise<void> {
  await page.locator('[data-following="following"]').waitFor();
}
