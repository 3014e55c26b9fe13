import { type Browser, type BrowserServer, chromium } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, inject } from "vitest";
import type { TestProject } from "vitest/node";

import { startCluster } from "../../../tests/clients/support/cluster.mjs";
import type { Node } from "./api.ts";
import { openPage, type Visit, type Visitor } from "./visitor.ts";

declare module "vitest" {
  interface ProvidedContext {
    nodes: Node[];
    browser: string;
  }
}

// The browser stays by itself: no updates, no synchronization, nothing but the page under test.
const FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** Starts two nodes and a browser, once for all files. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const [cluster, browser] = await Promise.all([startCluster({ nodes: 2 }), startBrowser()]);
  // What a test stops is its own.
  provide("nodes", cluster.nodes.map(({ page, http }) => ({ page, http })));
  provide("browser", browser.wsEndpoint());
  return async () => {
    await browser.close();
    await cluster.stop();
  };
}

function startBrowser(): Promise<BrowserServer> {
  return chromium.launchServer({ executablePath: process.env.CHROMIUM_BIN ?? "/usr/bin/chromium", args: FLAGS });
}

/** What the tests of a file work with. */
export interface World {
  /** Two nodes of one cluster. */
  nodes: readonly [Node, Node];
  /** Opens a page for somebody, in a browser of their own. It ends with the test. */
  visit: (visit: Visit) => Promise<Visitor>;
}

/**
 * Gives a file its world, and looks at every page when a test is over: none may have thrown, nor met the policy that keeps
 * foreign scripts out.
 */
export function openWorld(): World {
  let browser: Browser;
  let visitors: Visitor[] = [];
  beforeAll(async () => {
    browser = await chromium.connect(inject("browser"));
  });
  afterEach(async () => {
    const complaints = visitors.flatMap((visitor) => visitor.complaints.filter(isGrave));
    visitors = [];
    await Promise.all(browser.contexts().map((context) => context.close()));
    expect(complaints).toEqual([]);
  });
  afterAll(() => browser.close());

  const [first, second] = inject("nodes");
  return {
    nodes: [first!, second!],
    visit: async (visit) => {
      const visitor = await openPage(browser, { origin: first!.page, ...visit });
      visitors.push(visitor);
      return visitor;
    },
  };
}

/** A browser complains of each lost connection too, and losing those is what some tests are about. */
function isGrave(complaint: string): boolean {
  return !complaint.startsWith("Failed to load resource") && !complaint.startsWith("WebSocket connection to");
}
