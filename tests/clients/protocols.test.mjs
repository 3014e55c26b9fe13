import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";

import { print } from "graphql";
import { createClient } from "graphql-sse";
import { SubscriptionClient } from "subscriptions-transport-ws";
import WebSocket from "ws";

import { CREATE_ROOM, ROOM_EVENTS, SEND_MESSAGE } from "./documents.mjs";
import { startCluster } from "./support/cluster.mjs";

const REFUSED = 'subscription { moderationEvents(roomId: "nowhere") { __typename } }';

/** What graphql-sse sees: server-sent events, one request for each operation. */
function overEventStreams(node, token) {
  const client = createClient({ url: node.http, headers: { authorization: token }, retryAttempts: 0 });
  return {
    subscribe: (query, variables, sink) => client.subscribe({ query, variables }, sink),
    close: () => client.dispose(),
  };
}

/** What the first client of Apollo's sees, on a socket. */
function overSubscriptionsTransportWs(node, token) {
  const client = new SubscriptionClient(node.ws, { connectionParams: { Authorization: token } }, WebSocket);
  return {
    subscribe: (query, variables, sink) => {
      const subscription = client.request({ query, variables }).subscribe(sink);
      return () => subscription.unsubscribe();
    },
    close: () => client.close(),
  };
}

for (const connect of [overEventStreams, overSubscriptionsTransportWs]) {
  describe(`two clients ${connect.name} on two nodes`, { timeout: 120_000 }, () => {
    let cluster;
    let tokens;
    let ada;
    let bob;

    before(async () => {
      cluster = await startCluster({ nodes: 2 });
      tokens = { ada: await cluster.token("ada", "plenary-hosts"), bob: await cluster.token("bob") };
    });
    after(() => cluster?.stop());
    beforeEach(() => {
      const [first, second] = cluster.nodes;
      ada = connect(first, tokens.ada);
      bob = connect(second, tokens.bob);
    });
    afterEach(() => [ada, bob].forEach((client) => client.close()));

    it("create a room, talk in it, and go on after a cursor", async () => {
      const roomId = (await once(ada, CREATE_ROOM, { name: "Hall" })).data.createRoom.id;
      const stream = follow(bob, { roomId });
      const first = await stream.take();
      assert.equal(first.resume, "LIVE", "the first batch says that the subscription is live");

      const sent = (await once(ada, SEND_MESSAGE, { roomId, content: "hello" })).data.sendMessage;
      const batch = await stream.take();
      assert.deepEqual(batch.events[0].message, sent);
      stream.stop();

      const resumed = follow(ada, { roomId, after: first.cursor });
      const replayed = await resumed.take();
      assert.deepEqual([replayed.resume, replayed.events[0].message], ["REPLAYED", sent]);
      resumed.stop();
    });

    it("learn with its code why something is refused", async () => {
      for (const query of [REFUSED, "{ nothing }"]) {
        const { errors } = await once(bob, query, {});
        assert.match(errors[0].extensions.code, /^(NOT_FOUND|BAD_USER_INPUT)$/);
      }
    });
  });
}

/** The one result of an operation that ends. */
function once(client, document, variables) {
  return new Promise((resolve, reject) => {
    let last;
    client.subscribe(text(document), variables, {
      next: (result) => (last = result),
      error: reject,
      complete: () => resolve(last),
    });
  });
}

/** The batches of a room, one after the other. */
function follow(client, variables) {
  const batches = [];
  const waiting = [];
  let isFirst = true;
  const stop = client.subscribe(text(ROOM_EVENTS), variables, {
    next: ({ data }) => {
      const batch = data.roomEvents;
      // Only the first says something when it is empty.
      if (batch.events.length === 0 && !isFirst) return;
      isFirst = false;
      waiting.length > 0 ? waiting.shift()(batch) : batches.push(batch);
    },
    error: (error) => assert.fail(JSON.stringify(error)),
    complete: () => {},
  });
  return { stop, take: () => (batches.length > 0 ? batches.shift() : new Promise((resolve) => waiting.push(resolve))) };
}

function text(document) {
  return typeof document === "string" ? document : print(document);
}
