import type { CDPSession, Page } from "playwright-core";

import { type Node, send } from "./api.ts";
import { message } from "./visitor.ts";

/** How a room is kept busy. */
export interface Load {
  node: Node;
  roomId: string;
  /** Those who write, in turns. */
  tokens: readonly string[];
  perSecond: number;
  seconds: number;
}

/** How many requests are on their way at most; a server that is slower than that has its own benchmarks. */
const MOST_IN_FLIGHT = 100;

/** Sends evenly, `Number 1.` and on, and gives how many were sent. */
export async function keepBusy({ node, roomId, tokens, perSecond, seconds }: Load, onSent?: (number: number) => Promise<void>): Promise<number> {
  const total = perSecond * seconds;
  const inFlight = new Set<Promise<unknown>>();
  const begin = Date.now();
  for (let number = 1; number <= total; number++) {
    const wait = begin + (number * 1_000) / perSecond - Date.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    if (inFlight.size >= MOST_IN_FLIGHT) await Promise.race(inFlight);
    const content = `Number ${number}. ${WORDS.slice(0, (number * 37) % WORDS.length)}`;
    const key = { clientMessageId: crypto.randomUUID() };
    const attempt = () => send(node, tokens[number % tokens.length]!, roomId, content, key);
    // A connection that was kept open may be closed just then; the key makes the second attempt safe.
    const request = attempt().catch(attempt);
    inFlight.add(request);
    void request.finally(() => inFlight.delete(request)).catch(() => undefined);
    await onSent?.(number);
  }
  await Promise.all(inFlight);
  return total;
}

/** Messages of all lengths, as people write them. */
const WORDS = "Does anybody know whether the slides will be shared afterwards? I would like to show them to my team, who could not come today. ".repeat(2);

/** What a page costs. */
export interface Cost {
  /** What scripts hold once the garbage is gone, in bytes. */
  heap: number;
  /** How many elements the document has. */
  elements: number;
}

/** Looks into a page from outside. */
export class Probe {
  readonly #page: Page;
  readonly #cdp: CDPSession;

  private constructor(page: Page, cdp: CDPSession) {
    this.#page = page;
    this.#cdp = cdp;
  }

  static async of(page: Page): Promise<Probe> {
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("Performance.enable");
    await cdp.send("HeapProfiler.enable");
    return new Probe(page, cdp);
  }

  async cost(): Promise<Cost> {
    await this.#cdp.send("HeapProfiler.collectGarbage");
    const { metrics } = await this.#cdp.send("Performance.getMetrics");
    const heap = metrics.find(({ name }) => name === "JSHeapUsedSize")!.value;
    return { heap, elements: await this.#page.evaluate(() => document.querySelectorAll("*").length) };
  }

  /** The numbers of all messages that the page holds anywhere: in the cache, in what is shown, in what it forgot to let go. */
  async kept(): Promise<number[]> {
    const { result: prototype } = await this.#cdp.send("Runtime.evaluate", { expression: "Object.prototype" });
    const { objects } = await this.#cdp.send("Runtime.queryObjects", { prototypeObjectId: prototype.objectId!, objectGroup: "kept" });
    const { result } = await this.#cdp.send("Runtime.callFunctionOn", {
      objectId: objects.objectId!,
      functionDeclaration: `function () {
        const texts = this.map((object) => Object.getOwnPropertyDescriptor(object, "content")?.value);
        const numbers = texts.map((text) => typeof text === "string" && /^Number (\\d+)\\./.exec(text)?.[1]);
        return [...new Set(numbers.filter(Boolean).map(Number))];
      }`,
      returnByValue: true,
    });
    await this.#cdp.send("Runtime.releaseObjectGroup", { objectGroup: "kept" });
    return result.value as number[];
  }

  /** Begins to note the frames that took long. */
  async watchFrames(): Promise<void> {
    await this.#page.evaluate(() => {
      const frames: number[] = [];
      Object.assign(window, { longFrames: frames });
      new PerformanceObserver((list) => frames.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "long-animation-frame" });
    });
  }

  /** The frames since then that took longer than 50 ms, in milliseconds. */
  longFrames(): Promise<number[]> {
    return this.#page.evaluate(() => (window as unknown as { longFrames: number[] }).longFrames);
  }
}

/** Waits until the last of so many is on the page. */
export async function arrived(page: Page, total: number): Promise<void> {
  await message(page, `Number ${total}.`).waitFor();
}
