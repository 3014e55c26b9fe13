import { type Browser, chromium, type Page } from "playwright-core";

// The browser stays by itself: no updates, no synchronization, nothing but the page under test.
const FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** Starts a headless browser. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM_BIN ?? "/usr/bin/chromium", args: FLAGS });
}

/** Somebody at a browser of their own, with everything that their page complained about. */
export interface Visitor {
  page: Page;
  complaints: string[];
}

/** How a visitor comes in. */
export interface Visit {
  /** Where the page comes from, `http://127.0.0.1:8080`. */
  origin: string;
  path: string;
  /** Who it is; without it the page asks. */
  token?: string;
  width?: number;
  colorScheme?: "light" | "dark";
}

/** Opens a page for somebody who is already signed in. */
export async function visit(browser: Browser, { origin, path, token, width = 1280, colorScheme = "light" }: Visit): Promise<Visitor> {
  const context = await browser.newContext({ viewport: { width, height: 800 }, locale: "en", colorScheme, reducedMotion: "reduce" });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  if (token !== undefined) await page.addInitScript((value) => sessionStorage.setItem("plenary.token", value), token);
  await page.goto(origin + path);
  return { page, complaints };
}

/** Writes a message in the chat, and waits until it is in the room. */
export async function say(page: Page, content: string): Promise<void> {
  await page.getByRole("textbox", { name: /^Message to/ }).fill(content);
  await page.keyboard.press("Enter");
  await message(page, content).waitFor();
}

/** A message of the chat that is in the room; those on their way are no articles. */
export function message(page: Page, content: string) {
  return page.getByRole("log", { name: "Chat" }).getByRole("article").filter({ hasText: content });
}

/** Waits until the page follows the room: what is sent from then on arrives. */
export async function live(page: Page): Promise<void> {
  await page.locator('[data-following="following"]').waitFor();
}
