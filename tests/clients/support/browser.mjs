import { chromium } from "playwright-core";

// The browser stays by itself: no updates, no synchronization, nothing but the page under test.
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts a headless browser whose pages remember everything they complain about. */
export async function openBrowser() {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_BIN ?? "/usr/bin/chromium",
    args: FLAGS,
  });
  return { close: () => browser.close(), openPage: (url) => openPage(browser, url) };
}

async function openPage(browser, url) {
  const complaints = [];
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("requestfailed", (request) => complaints.push(`${request.url()}: ${request.failure()?.errorText}`));
  await page.goto(url);
  return { page, complaints };
}
