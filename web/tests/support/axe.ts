import axe from "axe-core";
import type { Page } from "playwright-core";

/** What axe-core finds that keeps somebody out. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { axe: tool } = window as unknown as { axe: typeof axe };
    const { violations: all } = await tool.run(document, { resultTypes: ["violations"] });
    return all.map(({ id, impact, nodes: where }) => ({ id, impact, where: where.map(({ html }) => html) }));
  });
  return found.filter(({ impact }) => impact === "serious" || impact === "critical").map((violation) => JSON.stringify(violation));
}
