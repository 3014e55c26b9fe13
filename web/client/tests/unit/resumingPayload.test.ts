import { parse } from "graphql";
import { expect, it } from "vitest";

import { ResumingPayload } from "../../src/link/resumingPayload.ts";

it.each([
  {
    name: "plain",
    query: "subscription ($id: ID!, $after: String) { roomEvents(roomId: $id, after: $after) { cursor resume } }",
    data: { roomEvents: { cursor: "9", resume: "REPLAYED" } },
    sent: { id: "hall", after: "9" },
    resume: "REPLAYED",
  },
  {
    name: "under other names and in fragments",
    query: `subscription ($id: ID!, $from: String) { ...Live }
      fragment Live on Subscription { live: roomEvents(roomId: $id, after: $from) { ... on RoomEventBatch { at: cursor } } }`,
    data: { live: { at: "9" } },
    sent: { id: "hall", after: "1", from: "9" },
  },
  {
    name: "without a variable for `after`",
    query: 'subscription ($id: ID!) { roomEvents(roomId: $id, after: "1") { cursor } }',
    data: { roomEvents: { cursor: "9" } },
    sent: { id: "hall", after: "1" },
  },
  {
    name: "without a cursor",
    query: "subscription ($id: ID!, $after: String) { roomEvents(roomId: $id, after: $after) { resume } }",
    data: { roomEvents: { resume: "LIVE" } },
    sent: { id: "hall", after: "1" },
  },
  {
    name: "another field",
    query: "subscription ($id: ID!, $after: String) { onSendMessage(roomId: $id) { cursor } }",
    data: { onSendMessage: { cursor: "9" } },
    sent: { id: "hall", after: "1" },
  },
  {
    name: "an answer with errors alone",
    query: "subscription ($id: ID!, $after: String) { roomEvents(roomId: $id, after: $after) { cursor } }",
    data: null,
    sent: { id: "hall", after: "1" },
  },
])("goes on from the cursor received last: $name", ({ query, data, sent, resume }) => {
  const payload = new ResumingPayload(parse(query), { query, variables: { id: "hall", after: "1" } });
  const received = payload.received(data);
  expect(received).toBe(resume);
  expect((JSON.parse(JSON.stringify({ payload })) as { payload: unknown }).payload).toEqual({ query, variables: sent });
});
