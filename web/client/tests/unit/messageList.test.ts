import { gql, InMemoryCache, type TypedDocumentNode } from "@apollo/client";
import { relayStylePagination } from "@apollo/client/utilities";
import { describe, expect, it } from "vitest";

import { PlenaryCache } from "../../src/index.ts";
import { applyBatch } from "../../src/room/applyBatch.ts";
import { batch, message, pageInfo, ROOM_ID, sent } from "../support/messages.ts";

interface PageArgs {
  first?: number;
  after?: string;
  last?: number;
  before?: string;
}
interface Read {
  room: { messages: { edges: { cursor: string; node: { seq: number } }[]; pageInfo: { hasPreviousPage: boolean; hasNextPage: boolean } } };
}
const PAGE: TypedDocumentNode<Read, PageArgs> = gql`
  query ($first: Int, $after: String, $last: Int, $before: String) {
    room(id: "${ROOM_ID}") {
      id
      messages(first: $first, after: $after, last: $last, before: $before) {
        edges {
          cursor
          node {
            id
            seq
          }
        }
        pageInfo {
          hasNextPage
          hasPreviousPage
          startCursor
          endCursor
        }
      }
    }
  }
`;

/** A page of a query: what was asked for, and the positions that came. */
interface Page {
  args: PageArgs;
  seqs: number[];
  older?: boolean;
  newer?: boolean;
}
type Step = Page | { live: number[] };

const NEWEST: Page = { args: { last: 3 }, seqs: [8, 9, 10], older: true };
const OLDER: Page = { args: { last: 3, before: "8" }, seqs: [5, 6, 7], older: true, newer: true };

const CASES: { name: string; steps: Step[]; rows: number[]; byApollo?: number[]; more?: [older: boolean, newer: boolean] }[] = [
  { name: "one page", steps: [NEWEST], rows: [8, 9, 10], more: [true, false] },
  { name: "the page before it", steps: [NEWEST, OLDER], rows: [5, 6, 7, 8, 9, 10], more: [true, false] },
  { name: "the same page twice", steps: [NEWEST, OLDER, OLDER], rows: [5, 6, 7, 8, 9, 10], byApollo: [5, 6, 7, 8, 9, 10] },
  {
    name: "a refetch after scrolling back wipes nothing",
    steps: [NEWEST, OLDER, NEWEST],
    rows: [5, 6, 7, 8, 9, 10],
    byApollo: [8, 9, 10],
    more: [true, false],
  },
  {
    name: "a refetch that overlaps what came live",
    steps: [NEWEST, { live: [11, 12] }, { args: { last: 3 }, seqs: [10, 11, 12], older: true }],
    rows: [8, 9, 10, 11, 12],
    byApollo: [10, 11, 12],
  },
  {
    name: "a stale end cursor cuts nothing off",
    steps: [NEWEST, { live: [11, 12] }, { args: { first: 1, after: "10" }, seqs: [11], older: true, newer: true }],
    rows: [8, 9, 10, 11, 12],
    byApollo: [8, 9, 10, 11],
  },
  { name: "an answer that live rows overtook", steps: [NEWEST, { live: [11] }, NEWEST], rows: [8, 9, 10, 11], more: [true, false] },
  { name: "live rows that come twice and in disorder", steps: [NEWEST, { live: [12, 11] }, { live: [11, 12] }], rows: [8, 9, 10, 11, 12] },
  {
    name: "a newest page with a hole before it replaces the list",
    steps: [NEWEST, { args: { last: 3 }, seqs: [20, 21, 22], older: true }],
    rows: [20, 21, 22],
    more: [true, false],
  },
  {
    name: "an older page that comes after such a replacement is left out",
    steps: [NEWEST, { args: { last: 3 }, seqs: [20, 21, 22], older: true }, OLDER],
    rows: [20, 21, 22],
    more: [true, false],
  },
  {
    name: "an empty page before the first message",
    steps: [NEWEST, { args: { last: 3, before: "8" }, seqs: [] }],
    rows: [8, 9, 10],
    more: [false, false],
  },
  {
    name: "from the beginning on, nothing live is put behind a hole",
    steps: [{ args: { first: 2 }, seqs: [1, 2], newer: true }, { live: [30] }],
    rows: [1, 2],
    more: [false, true],
  },
  {
    name: "what changed long ago is not put before a hole",
    steps: [NEWEST, { live: [3] }],
    rows: [8, 9, 10],
  },
  { name: "the first message of an empty room", steps: [{ args: { last: 3 }, seqs: [] }, { live: [1] }], rows: [1], more: [false, false] },
];

describe("Room.messages", () => {
  it.each(CASES)("$name", ({ steps, rows, more }) => {
    const cache = new PlenaryCache();
    for (const step of steps) take(cache, step);
    expect(seqsIn(cache)).toEqual(rows);
    if (more) expect(moreIn(cache)).toEqual(more);
  });

  it.each(CASES.filter(({ byApollo }) => byApollo))("where Apollo's own pagination has other rows: $name", ({ steps, byApollo }) => {
    const cache = new InMemoryCache({
      typePolicies: {
        Query: { fields: { room: { keyArgs: ["id"] } } },
        Room: { fields: { messages: relayStylePagination() } },
      },
    });
    for (const step of steps) {
      if ("live" in step) appendAsDocumented(cache, step.live);
      else write(cache, step);
    }
    expect(seqsIn(cache)).toEqual(byApollo);
  });

  it("keeps what somebody has scrolled back to when the next message comes", () => {
    const cache = new PlenaryCache();
    take(cache, NEWEST);
    take(cache, { live: Array.from({ length: 900 }, (_, at) => 11 + at) });
    const older = Array.from({ length: 200 }, (_, at) => at - 192);
    take(cache, { args: { last: 200, before: "8" }, seqs: older, older: true, newer: true });
    take(cache, { live: [911] });
    expect(seqsIn(cache)).toEqual([...older, ...Array.from({ length: 904 }, (_, at) => 8 + at)]);

    take(cache, { live: Array.from({ length: 97 }, (_, at) => 912 + at) });
    expect(seqsIn(cache)).toHaveLength(800);
  });

  it("does not grow without bound, and can be read on from where it was cut", () => {
    const cache = new PlenaryCache();
    take(cache, { args: { last: 3 }, seqs: [1, 2, 3] });
    for (const first of [4, 503]) take(cache, { live: Array.from({ length: 499 }, (_, at) => first + at) });

    expect(seqsIn(cache)).toEqual(Array.from({ length: 800 }, (_, at) => 202 + at));
    expect(moreIn(cache)).toEqual([true, false]);
    take(cache, { args: { last: 2, before: "202" }, seqs: [200, 201], older: true, newer: true });
    expect(seqsIn(cache).slice(0, 3)).toEqual([200, 201, 202]);

    for (let seq = 1_002; seq <= 3_000; seq += 100) take(cache, { live: Array.from({ length: 100 }, (_, at) => seq + at) });
    // What was cut off is collected now and then.
    expect(Object.keys(cache.extract()).filter((id) => id.startsWith("Message:")).length).toBeLessThan(1_500);
  });
});

function take(cache: PlenaryCache, step: Step): void {
  if ("live" in step) applyBatch(cache, batch(step.live.map((seq) => sent(message(seq)))));
  else write(cache, step);
}

function write(cache: InMemoryCache, { args, seqs, older = false, newer = false }: Page): void {
  const messages = seqs.map((seq) => message(seq));
  const edges = messages.map((node) => ({ __typename: "MessageEdge", cursor: `${node.seq}`, node }));
  const connection = { __typename: "MessageConnection", edges, pageInfo: pageInfo(messages, older, newer) };
  const data = { room: { __typename: "Room", id: ROOM_ID, messages: connection } };
  cache.writeQuery({ query: PAGE, variables: args, data });
}

/** As the documentation of `subscribeToMore` puts what came into the result of the first query. */
function appendAsDocumented(cache: InMemoryCache, seqs: number[]): void {
  cache.updateQuery({ query: PAGE, variables: { last: 3 } }, (data) => {
    const edges = [...data!.room.messages.edges, ...seqs.map((seq) => ({ __typename: "MessageEdge", cursor: `${seq}`, node: message(seq) }))];
    return { room: { ...data!.room, messages: { ...data!.room.messages, edges } } };
  });
}

function seqsIn(cache: InMemoryCache): number[] {
  return cache.readQuery({ query: PAGE, variables: { last: 3 } })!.room.messages.edges.map(({ node }) => node.seq);
}

function moreIn(cache: InMemoryCache): [boolean, boolean] {
  const { hasPreviousPage, hasNextPage } = cache.readQuery({ query: PAGE, variables: { last: 3 } })!.room.messages.pageInfo;
  return [hasPreviousPage, hasNextPage];
}
