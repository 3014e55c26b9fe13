import { setTimeout as sleep } from "node:timers/promises";
import type { Cloud } from "./cloud.ts";

/** Accounts a second. Cognito makes 50 a second in an account of AWS by default, and others make some too. */
const RATE = 25;

export function userName(run: string, number: number): string {
  return `${run}-${number}@rehearsal.invalid`;
}

/** Tokens of new accounts, a host's first, in the form that the load generator reads. */
export async function makeTokens(cloud: Cloud, run: string, users: number): Promise<string> {
  const tokens = await paced(users + 1, (number) => cloud.signIn(userName(run, number), number === 0 ? ["plenary-hosts"] : []));
  return tokens.map((token) => `${token}\n`).join("");
}

/** Deletes them all, those that are not there too. */
export async function deleteUsers(cloud: Cloud, run: string, users: number): Promise<void> {
  await paced(users + 1, (number) => cloud.deleteUser(userName(run, number)));
}

/** Does something so many times, a second's worth of it at once. */
async function paced<T>(count: number, act: (number: number) => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  while (done.length < count) {
    const next = Array.from({ length: Math.min(RATE, count - done.length) }, (_, at) => act(done.length + at));
    const isLast = done.length + next.length === count;
    const [results] = await Promise.all([Promise.all(next), isLast ? undefined : sleep(1_000)]);
    done.push(...results);
  }
  return done;
}
