import { mkdir } from "node:fs/promises";

import type { Page } from "playwright-core";
import { beforeAll, beforeEach, expect, it } from "vitest";

import { ask, createRoom, react, reply, send, tokenOf, upvote } from "../support/api.ts";
import { live, message } from "../support/visitor.ts";
import { openWorld } from "../support/world.ts";

const DOCS = new URL("../../../docs/", import.meta.url).pathname;

const { nodes, visit } = openWorld();
const [node] = nodes;

const PEOPLE = { Lena: "Lena Fischer", Omar: "Omar Haddad", Priya: "Priya Nair", Jonas: "Jonas Weber", Mei: "Mei Tanaka", Sofia: "Sofia Rossi", Tom: "Tom Adeyemi" } as const;
type Person = keyof typeof PEOPLE;

const TALK: readonly (readonly [Person, string, readonly Person[]])[] = [
  ["Omar", "Good morning from Amman!", ["Priya", "Sofia"]],
  ["Priya", "Hello everybody. Sound and picture are perfect here.", []],
  ["Priya", "Is there a recording for those in other time zones?", []],
  ["Lena", "Yes: it will be in the event library tonight, with subtitles in four languages.", ["Priya", "Mei", "Jonas", "Tom"]],
  ["Jonas", "Those latency numbers are impressive. 40 ms across two regions?", ["Mei"]],
  ["Mei", "We run something similar, and the tail is where it hurts.\nCurious about your p99 on a bad day.", ["Jonas", "Omar"]],
  ["Sofia", "The demo just worked on my phone, on a train 🚄", ["Lena", "Omar", "Priya", "Jonas", "Mei", "Tom"]],
  ["Tom", "Same here, on hotel wifi. 👏", ["Sofia"]],
  ["Omar", "Great talk, thank you!", []],
];
const QUESTIONS: readonly (readonly [Person, string, number])[] = [
  ["Mei", "How do you test that no message is lost when a node dies?", 6],
  ["Jonas", "What does an idle participant cost?", 4],
  ["Sofia", "Which parts would you build differently today?", 3],
  ["Tom", "Will the slides be shared?", 1],
];

const tokens = {} as Record<Person, string>;
let roomId: string;

beforeAll(async () => {
  await mkdir(DOCS, { recursive: true });
  for (const person of Object.keys(PEOPLE) as Person[]) tokens[person] = await tokenOf(node, PEOPLE[person], ...(person === "Lena" ? ["plenary-hosts"] : []));
  roomId = await createRoom(node, tokens.Lena, "Scaling live events: a day in production", { settings: { anonymousQuestions: true } });
  const welcome = await send(node, tokens.Lena, roomId, "Welcome! We begin at ten. Put your questions into the Questions pane, and upvote those of others.", { kind: "ANNOUNCEMENT" });
  await ask(node, tokens.Lena, "mutation ($input: SetPinInput!) { setPin(input: $input) { id } }", { input: { messageId: welcome, pinned: true } });
  for (const [person, content, fans] of TALK) {
    const id = await send(node, tokens[person], roomId, content);
    for (const [index, fan] of fans.entries()) await react(node, tokens[fan], id, index % 3 === 2 ? "love" : "like");
    if (person === "Mei") {
      await reply(node, tokens.Lena, id, "On a bad day 180 ms. I show the graph in part two.");
      await reply(node, tokens.Jonas, id, "Looking forward to that one.");
    }
  }
  const people = Object.keys(PEOPLE) as Person[];
  const ids: string[] = [];
  for (const [person, content, votes] of QUESTIONS) {
    const id = await send(node, tokens[person], roomId, content, { kind: "QUESTION", anonymous: person === "Tom" });
    ids.push(id);
    for (const voter of people.slice(0, votes)) await upvote(node, tokens[voter], id);
  }
  await ask(node, tokens.Lena, "mutation ($input: SetQuestionStatusInput!) { setQuestionStatus(input: $input) { id } }", { input: { messageId: ids[0], status: "LIVE" } });
});

// The others are there too.
beforeEach(async () => {
  await Promise.all((["Omar", "Priya", "Jonas"] as const).map(async (person) => live((await visit({ path: `/rooms/${roomId}`, token: tokens[person] })).page)));
});

async function shoot(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  const image = await page.screenshot({ path: `${DOCS}${name}.png`, animations: "disabled", caret: "hide" });
  expect(image.length).toBeLessThan(300_000);
}

/** Waits until all is there: the votes too, which are told a second later. */
async function ready(page: Page): Promise<void> {
  await live(page);
  await message(page, "Great talk").waitFor();
  await page.getByRole("main").getByRole("button", { name: /^like, / }).first().waitFor();
  await page.getByRole("banner").getByText("4 here").waitFor();
}

it.each([
  ["room-wide", "?pane=questions", 1280, 860, "light"],
  ["room-dark", "?pane=questions", 1280, 860, "dark"],
  ["room-phone", "", 390, 844, "light"],
] as const)("%s", async (name, search, width, height, colorScheme) => {
  const { page } = await visit({ path: `/rooms/${roomId}${search}`, token: tokens.Lena, width, height, colorScheme });
  await ready(page);
  if (search) await page.getByRole("complementary").getByRole("button", { name: /^Upvote, 4/ }).waitFor();
  await shoot(page, name);
});

it("stage", async () => {
  const { page } = await visit({ path: `/rooms/${roomId}/stage`, token: tokens.Lena, colorScheme: "dark" });
  await page.getByText("Mei Tanaka · 6 upvotes").waitFor();
  await page.getByText("4 upvotes").waitFor();
  await shoot(page, "stage");
});
