import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";

import { CREATE_ROOM, ON_SEND_MESSAGE, ROOM, ROOM_EVENTS, SEND_MESSAGE } from "./documents.mjs";
import { apolloClient, collect, inForce, nextEvent } from "./support/apollo.mjs";
import { startCluster } from "./support/cluster.mjs";

describe("two Apollo clients on two nodes", { timeout: 120_000 }, () => {
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
    ada = apolloClient(first, tokens.ada);
    bob = apolloClient(second, tokens.bob);
  });
  afterEach(async () => {
    for (const { apollo, socket } of [ada, bob]) {
      apollo.stop();
      await socket.dispose();
    }
  });

  it("talk in one room, and both histories are what was delivered", async () => {
    const roomId = await createRoom(ada, "Both ways");
    const streams = [await roomEvents(ada, { roomId }), await roomEvents(bob, { roomId })];

    const sent = [await send(ada, roomId, "from the first node"), await send(bob, roomId, "from the second node")];

    for (const stream of streams) assert.deepEqual(await takeMessages(stream, sent.length), sent);
    for (const client of [ada, bob]) assert.deepEqual((await readRoom(client, roomId)).messages.nodes, sent);
  });

  it("miss nothing between a query and a subscription with its cursor", async () => {
    const roomId = await createRoom(ada, "Query first");
    const { cursor } = await readRoom(bob, roomId);
    const between = await send(ada, roomId, "sent before anybody subscribed");

    const stream = await roomEvents(bob, { roomId, after: cursor });
    const first = (await stream.take()).roomEvents;

    assert.equal(first.resume, "REPLAYED");
    assert.deepEqual(messagesIn(first), [between]);
  });

  it("hear of messages in AppSync's manner", async () => {
    const roomId = await createRoom(ada, "One object a frame");
    const stream = await onSendMessage(bob, { roomId });

    const sent = await send(ada, roomId, "to whoever is there");

    assert.deepEqual((await stream.take()).onSendMessage, { ...sent, roomId });
  });

  it("hear nothing after they unsubscribed", async () => {
    const roomId = await createRoom(ada, "Leaving");
    const leaving = await onSendMessage(bob, { roomId });
    const staying = await roomEvents(bob, { roomId });
    const fields = fieldsReceived(bob);

    await inForce(bob, () => leaving.unsubscribe());
    const sent = await send(ada, roomId, "after one has left");

    assert.deepEqual(await takeMessages(staying, 1), [sent]);
    assert.ok(!fields.has("onSendMessage"));
  });

  it("leave no socket behind with their last subscription", async () => {
    const roomId = await createRoom(ada, "The last one");
    const last = await roomEvents(bob, { roomId });

    const closed = nextEvent(bob.socket, "closed");
    last.unsubscribe();

    assert.equal((await closed).code, 1000);
  });
});

async function createRoom(client, name) {
  return (await mutate(client, CREATE_ROOM, { name })).createRoom.id;
}

async function send(client, roomId, content) {
  return (await mutate(client, SEND_MESSAGE, { roomId, content })).sendMessage;
}

async function mutate({ apollo }, mutation, variables) {
  return (await apollo.mutate({ mutation, variables })).data;
}

async function readRoom({ apollo }, roomId) {
  const { data } = await apollo.query({ query: ROOM, variables: { roomId }, fetchPolicy: "network-only" });
  return data.room;
}

function roomEvents(client, variables) {
  return subscribe(client, ROOM_EVENTS, variables);
}

function onSendMessage(client, variables) {
  return subscribe(client, ON_SEND_MESSAGE, variables);
}

function subscribe(client, query, variables) {
  const observable = client.apollo.subscribe({ query, variables, fetchPolicy: "no-cache" });
  return inForce(client, () => collect(observable));
}

async function takeMessages(stream, count) {
  const messages = [];
  while (messages.length < count) messages.push(...messagesIn((await stream.take()).roomEvents));
  return messages;
}

function messagesIn(batch) {
  return batch.events.filter((event) => event.__typename === "MessageSent").map((event) => event.message);
}

/** The root fields of all that the node pushes to this client from now on. */
function fieldsReceived({ socket }) {
  const fields = new Set();
  socket.on("message", ({ type, payload }) => {
    if (type === "next") for (const field of Object.keys(payload.data)) fields.add(field);
  });
  return fields;
}
