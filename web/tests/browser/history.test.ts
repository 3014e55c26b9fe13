import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";

import { createRoom, send, tokenOf } from "../support/api.ts";
import { chat, live, message } from "../support/visitor.ts";
import { openWorld } from "../support/world.ts";

/** By how many pixels a message may seem to move: rounding. */
const STILL = 2;

/** The number of the newest message: several pages, and more than are in the document at once. */
const NEWEST = 230;

const { nodes, visit } = openWorld();

describe("the history of a room", () => {
  const [here, there] = nodes;
  let ada: string;
  let bob: string;
  let roomId: string;
  const open = async () => {
    const { page } = await visit({ path: `/rooms/${roomId}`, token: bob });
    await live(page);
    await chat(page).getByRole("article").first().waitFor();
    return page;
  };

  beforeAll(async () => {
    [ada, bob] = await Promise.all([tokenOf(here, "Ada", "plenary-hosts"), tokenOf(here, "Bob")]);
    roomId = await createRoom(here, ada, "History");
    // Of all heights, so that a list that guesses them is found out.
    for (let number = 1; number <= NEWEST; number++) await send(there, ada, roomId, `Number ${number}.${" And so on.".repeat((number * 7) % 40)}`);
  });

  it("is read page by page to its beginning, and what is read stays where it is", async () => {
    const page = await open();
    let release: () => void = () => undefined;
    await page.route("**/graphql", async (route) => {
      if (route.request().postData()?.includes("OlderMessages")) await new Promise<void>((resolve) => (release = resolve));
      await route.continue();
    });
    // The newest page has numbers 181 to 230, the one before it 131 to 180.
    for (const oldest of [181, 131, 81, 31]) {
      const asked = page.waitForRequest((request) => request.postData()?.includes("OlderMessages") ?? false);
      await scrollTo(page, `Number ${oldest}.`);
      await asked;
      await page.getByLabel("Loading older messages…").waitFor();
      const moved = await watch(page, `Number ${oldest}.`);
      release();
      await message(page, `Number ${oldest - 1}.`).waitFor();
      expect(await moved()).toBeLessThanOrEqual(STILL);
    }
    await scrollTo(page, "Number 1.");
    await page.getByText("This is where the room begins.").waitFor();
    await page.getByRole("button", { name: "To the newest messages" }).click();
    await message(page, `Number ${NEWEST}.`).waitFor();
    await expect.poll(() => bottomGap(page)).toBeLessThanOrEqual(STILL);
  });

  it("is turned over without a jump, up and down", async () => {
    const page = await open();
    const turn = async (delta: number) => {
      const before = await numbersInSight(page);
      await chat(page).hover();
      await page.mouse.wheel(0, delta);
      await expect.poll(() => numbersInSight(page), { interval: 30 }).not.toEqual(before);
      // Half a screen further there is always something that was in sight before.
      const after = await numbersInSight(page);
      expect(after.some((number) => before.includes(number))).toBe(true);
      return after;
    };
    while (!(await turn(-300)).includes(1));
    while (!(await turn(300)).includes(NEWEST));
    await page.getByRole("button", { name: "To the newest messages" }).waitFor({ state: "detached" });
  });

  it("stays where the reader is when something new is said, and tells how much", async () => {
    const page = await open();
    await chat(page).hover();
    await page.mouse.wheel(0, -900);
    await page.getByRole("button", { name: "To the newest messages" }).waitFor();
    const anchor = (await firstInSight(page))!;
    const moved = await watch(page, anchor);
    for (const content of ["New one", "New two", "New three"]) await send(there, ada, roomId, content);
    await page.getByRole("button", { name: "3 new messages" }).waitFor();
    expect(await moved()).toBeLessThanOrEqual(STILL);

    await page.getByRole("button", { name: "3 new messages" }).click();
    await message(page, "New three").waitFor();
    await page.getByRole("button", { name: /new message|To the newest/ }).waitFor({ state: "detached" });
    await send(there, ada, roomId, "Followed again");
    await message(page, "Followed again").waitFor();
  });

  it("is followed to its end, however fast it grows", async () => {
    const page = await open();
    await Promise.all(Array.from({ length: 60 }, (_, index) => send(there, ada, roomId, `Fast ${index}.`)));
    await send(there, ada, roomId, "The last of them");
    await message(page, "The last of them").waitFor();
    expect(await page.getByRole("button", { name: /new message|To the newest/ }).count()).toBe(0);
  });

  it("is followed to the last pixel", async () => {
    const page = await open();
    await Promise.all(Array.from({ length: 60 }, (_, index) => send(there, ada, roomId, `Burst ${index}.`)));
    await send(there, ada, roomId, "The end of the burst");
    await message(page, "The end of the burst").waitFor();
    await expect.poll(() => bottomGap(page), { timeout: 5_000 }).toBeLessThanOrEqual(STILL);
  });
});

/** Turns the wheel until a message is in sight, and the list at rest. */
async function scrollTo(page: Page, content: string): Promise<void> {
  await chat(page).hover();
  const topOf = () => chat(page).evaluate((log) => log.scrollTop);
  const isInSight = async () => {
    const [box, frame] = [await message(page, content).boundingBox({ timeout: 200 }).catch(() => null), await chat(page).boundingBox()];
    return box !== null && frame !== null && box.y + box.height > frame.y;
  };
  const turn = async () => {
    const before = await topOf();
    if (before === 0) return;
    await page.mouse.wheel(0, -700);
    // The wheel is turned before the page has moved.
    await expect.poll(topOf, { interval: 20 }).not.toBe(before);
  };
  await expect.poll(async () => (await isInSight()) || (await turn()), { timeout: 20_000, interval: 50 }).toBe(true);
}

/** The numbers of the messages of which something is in sight. */
function numbersInSight(page: Page): Promise<number[]> {
  return chat(page).evaluate((log) => {
    const { top, bottom } = log.getBoundingClientRect();
    const inSight = [...log.querySelectorAll("article")].filter((each) => {
      const box = each.getBoundingClientRect();
      return box.bottom > top && box.top < bottom;
    });
    return inSight.map(({ textContent }) => Number(/Number (\d+)\./.exec(textContent)?.[1]));
  });
}

/** The text of the first message that is wholly in sight. */
function firstInSight(page: Page): Promise<string | undefined> {
  return chat(page).evaluate((log) => {
    const { top } = log.getBoundingClientRect();
    const article = [...log.querySelectorAll("article")].find((each) => each.getBoundingClientRect().top >= top);
    return article?.textContent.match(/Number \d+\./)?.[0];
  });
}

/** Looks at the text of a message in each frame from now on; the result tells by how many pixels it moved at most, up to some frames after it is asked. */
async function watch(page: Page, content: string): Promise<() => Promise<number>> {
  const watching = await message(page, content).evaluateHandle((article) => {
    const id = (article as HTMLElement).dataset["message"]!;
    const positions: number[] = [];
    const look = () => {
      const found = document.querySelector(`[data-message="${id}"] p`);
      // Out of the document is further away than anything.
      positions.push(found ? found.getBoundingClientRect().top : Infinity);
      requestAnimationFrame(look);
    };
    look();
    return positions;
  });
  return () =>
    watching.evaluate(async (positions) => {
      const enough = positions.length + 10;
      while (positions.length < enough) await new Promise(requestAnimationFrame);
      return Math.max(...positions) - Math.min(...positions);
    });
}

/** How far the end of the list is below its frame, in pixels. */
function bottomGap(page: Page): Promise<number> {
  return chat(page).evaluate((log) => log.scrollHeight - log.clientHeight - log.scrollTop);
}
