import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";

import { CLIENTS } from "./clients.mjs";
import { messagesOf, refusal, takeMessages } from "./support/expect.mjs";
import { startLossyProxy } from "./support/proxy.mjs";
import { startWorld } from "./support/world.mjs";

const AMPLIFY = CLIENTS.find(({ module }) => module === "apps/amplify-plain.mjs");
const PATIENCE = { timeout: 30_000 };
const TEN_MINUTES_MS = 600_000;

describe("Amplify, in what it does by itself,", { timeout: 120_000 }, () => {
  let world;
  before(async () => (world = await startWorld()));
  after(() => world?.stop());

  // Trap 5: Amplify sends a mutation again when its answer is lost.
  it("sends a message twice, and the room has it once", PATIENCE, async () => {
    const proxy = await startLossyProxy(world.node.host, "SendMessageMutation");
    const token = await world.token("bob");
    const bob = await world.start(AMPLIFY, { token, url: `http://${proxy.host}/graphql` });
    const roomId = await world.host.createRoom("Lost answers");

    const variables = { roomId, content: "once", clientMessageId: "c7f1" };
    const { sendMessage } = await bob.request("SendMessageMutation", variables);

    assert.equal(proxy.attempts, 2);
    assert.deepEqual(messagesOf(await world.host.read(roomId)), [sendMessage]);
    proxy.stop();
  });

  // Trap 2: Amplify takes the last sign of life for the one of its last subscription, until there is a new one.
  it("subscribes after a long silence, and does not take the node for dead", PATIENCE, async () => {
    const bob = await world.start(AMPLIFY, { token: await world.token("bob") });
    const roomId = await world.host.createRoom("Long silence");
    const first = await bob.subscribe("OnSendMessageSubscription", { roomId });
    const closed = once(bob.events, "close");
    await first.unsubscribe();
    await closed;

    await bob.age(TEN_MINUTES_MS);
    const second = await bob.subscribe("OnSendMessageSubscription", { roomId });
    await bob.beat();

    const sent = await world.host.send(roomId, "on the second socket");
    assert.equal((await second.take()).onSendMessage.id, sent.id);
    assert.equal(bob.sockets, 2);
  });
});

describe("Amplify, at nodes that deny in AppSync's own word,", { timeout: 120_000 }, () => {
  let world;
  before(async () => (world = await startWorld({ APPSYNC_DENIAL: "unauthorized" })));
  after(() => world?.stop());

  // Trap 4, as it is with AppSync: why nodes have another word unless they are told so.
  it("closes the socket with all its subscriptions, and a cursor brings what they missed", PATIENCE, async () => {
    const bob = await world.start(AMPLIFY, { token: await world.token("bob") });
    const roomId = await world.host.createRoom("Siblings");
    const sibling = await bob.subscribe("RoomEventsSubscription", { roomId, after: "0" });

    const closed = once(bob.events, "close");
    const denied = await bob.subscribe("ModerationEventsSubscription", { roomId });
    assert.equal(await refusal(denied.take()), "FORBIDDEN");
    await closed;

    const sent = await world.host.send(roomId, "while nobody listened");
    assert.deepEqual(await takeMessages(sibling, 1), [sent]);
    assert.equal(bob.sockets, 2);
  });
});
