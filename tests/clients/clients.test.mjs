import assert from "node:assert/strict";
import { once } from "node:events";
import { after, afterEach, before, describe, it } from "node:test";

import { CLIENTS } from "./clients.mjs";
import { fieldsReceived, messagesOf, refusal, takeMessages } from "./support/expect.mjs";
import { READ_ONLY_KEY, startWorld } from "./support/world.mjs";

const PATIENCE = { timeout: 30_000 };
// Amplify tries a second time after a minute.
const RESTART_PATIENCE = { timeout: 90_000 };

// What every client finds with Plenary. `host` needs no client and is at one node, `bob` has the client and is at the
// other.
describe("every client", { timeout: 900_000 }, () => {
  const scene = {};
  before(async () => {
    scene.world = await startWorld();
    scene.host = scene.world.host;
  });
  after(() => scene.world?.stop());

  for (const client of CLIENTS) {
    describe(client.name, () => {
      before(async () => (scene.bob = await scene.world.start(client, { token: await scene.world.token("bob") })));
      afterEach(() => scene.bob.unsubscribe());
      after(() => scene.bob?.stop());

      readsAndSends(client, scene);
      follows(client, scene);
      leaves(client, scene);
      isRefused(client, scene);
      if (client.keys) hasAnApiKey(client, scene);
    });
  }

  describe("whose node restarts", () => comesBack(scene));
});

function readsAndSends(client, scene) {
  it("reads a room, with an ID token and with an access token", PATIENCE, async () => {
    const { world, host, bob } = scene;
    const roomId = await host.createRoom("Either token");
    const sent = await host.send(roomId, "for all to read");
    const withAccess = await world.start(client, { token: await world.accessToken("bob") });

    for (const application of [bob, withAccess]) {
      const { room } = await application.request("RoomQuery", { roomId });
      assert.deepEqual(messagesOf(room), [sent]);
    }
    await withAccess.stop();
  });

  it("sends what another node shows", PATIENCE, async () => {
    const { host, bob } = scene;
    const roomId = await host.createRoom("Sending");

    const { sendMessage } = await bob.request("SendMessageMutation", { roomId, content: "from the application" });

    const [shown] = messagesOf(await host.read(roomId));
    assert.equal(shown.id, sendMessage.id);
    assert.equal(shown.content, "from the application");
  });
}

function follows(client, scene) {
  if (client.acknowledges) {
    it("receives what is sent through another node once it is subscribed", PATIENCE, async () => {
      const { host, bob } = scene;
      const roomId = await host.createRoom("One object a frame");
      const stream = await bob.subscribe("OnSendMessageSubscription", { roomId });

      const sent = await host.send(roomId, "to whoever is there");

      const { onSendMessage } = await stream.take();
      assert.equal(onSendMessage.id, sent.id);
      assert.equal(onSendMessage.content, sent.content);
    });
  }

  it("misses nothing between a query and a subscription with its cursor", PATIENCE, async () => {
    const { host, bob } = scene;
    const roomId = await host.createRoom("Query first");
    const { room } = await bob.request("RoomQuery", { roomId });
    const between = await host.send(roomId, "before anybody subscribed");

    const stream = await bob.subscribe("RoomEventsSubscription", { roomId, after: room.cursor });
    const later = await host.send(roomId, "afterwards");

    assert.deepEqual(await takeMessages(stream, 2), [between, later]);
  });
}

function leaves(client, scene) {
  it("hears nothing after it unsubscribed", PATIENCE, async () => {
    const { host, bob } = scene;
    const roomId = await host.createRoom("Leaving");
    const leaving = await bob.subscribe("LeavingSubscription", { roomId, after: "0" });
    const staying = await bob.subscribe("RoomEventsSubscription", { roomId, after: "0" });

    await leaving.unsubscribe();
    const fields = fieldsReceived(bob);
    const sent = await host.send(roomId, "after one has left");

    assert.deepEqual(await takeMessages(staying, 1), [sent]);
    assert.deepEqual([...fields], ["roomEvents"]);
  });

  it("leaves no socket behind with its last subscription", PATIENCE, async () => {
    const { host, bob } = scene;
    const roomId = await host.createRoom("The last one");
    const last = await bob.subscribe("RoomEventsSubscription", { roomId, after: "0" });

    const closed = once(bob.events, "close");
    await last.unsubscribe();

    assert.deepEqual(await closed, [client.separate ? undefined : 1000]);
  });
}

function isRefused(client, scene) {
  // Trap 4: Amplify closes the socket on some names of an error, and the siblings miss what happens meanwhile.
  it("is told that a subscription is denied, and keeps the others", PATIENCE, async () => {
    const { host, bob } = scene;
    const roomId = await host.createRoom("Siblings");
    const sibling = await bob.subscribe("RoomEventsSubscription", { roomId, after: "0" });
    const socketsBefore = bob.sockets;

    const denied = await bob.subscribe("ModerationEventsSubscription", { roomId });
    assert.equal(await refusal(denied.take()), "FORBIDDEN");

    const sent = await host.send(roomId, "to who is left");
    assert.deepEqual(await takeMessages(sibling, 1), [sent]);
    assert.equal(bob.sockets, socketsBefore + (client.separate ? 1 : 0));
  });

  // Traps 9 and 11: what is refused in another way is tried six times and more, and the application is told nothing.
  for (const kind of ["expired", "forged"]) {
    it(`is refused with a token that is ${kind}, and tries no second time`, PATIENCE, async () => {
      const { world, host } = scene;
      const roomId = await host.createRoom("Closed to some");
      const eve = await world.start(client, { token: await world[`${kind}Token`]("eve") });

      assert.equal(await refusal(eve.request("RoomQuery", { roomId })), client.refused.request);

      const socketsBefore = eve.sockets;
      const stream = await eve.subscribe("RoomEventsSubscription", { roomId });
      assert.equal(await refusal(stream.take()), client.refused.subscription);
      assert.equal(eve.sockets, socketsBefore + 1);
      await eve.stop();
    });
  }
}

function hasAnApiKey(client, scene) {
  it("reads and follows with a read-only API key, and may not send", PATIENCE, async () => {
    const { world, host } = scene;
    const roomId = await host.createRoom("For a website");
    const website = await world.start(client, { apiKey: READ_ONLY_KEY });
    const stream = await website.subscribe("RoomEventsSubscription", { roomId, after: "0" });
    const sent = await host.send(roomId, "to the whole world");

    assert.deepEqual(await takeMessages(stream, 1), [sent]);
    const { room } = await website.request("RoomQuery", { roomId });
    assert.deepEqual(messagesOf(room), [sent]);
    const sending = website.request("SendMessageMutation", { roomId, content: "from nobody" });
    assert.equal(await refusal(sending), "FORBIDDEN");
    await website.stop();
  });
}

// Trap 10: Amplify comes back five seconds after any close, AppSync's link never does.
function comesBack(scene) {
  const followers = new Map();

  before(async () => {
    for (const client of CLIENTS) followers.set(client, await followerOf(client, scene));
    const closed = [...followers.values()].map(({ application }) => once(application.events, "close"));
    const restarted = scene.world.node.restart();
    await Promise.all(closed);
    for (const follower of followers.values()) {
      follower.sent = await scene.host.send(follower.roomId, "while nobody listened");
    }
    await restarted;
  });

  for (const client of CLIENTS) {
    if (client.resumes) {
      it(`comes back by itself and has missed nothing: ${client.name}`, RESTART_PATIENCE, async () => {
        const { stream, sent } = followers.get(client);
        assert.deepEqual(await takeMessages(stream, 1), [sent]);
      });
    } else {
      it(`is told, and misses nothing if it subscribes anew: ${client.name}`, PATIENCE, async () => {
        const { application, roomId, cursor, stream, sent } = followers.get(client);
        assert.equal(await refusal(stream.take()), "Connection closed");
        const again = await application.subscribe("RoomEventsSubscription", { roomId, after: cursor });
        assert.deepEqual(await takeMessages(again, 1), [sent]);
      });
    }
  }
}

async function followerOf(client, { world, host }) {
  const application = await world.start(client, { token: await world.token("bob") });
  const roomId = await host.createRoom(client.name);
  const stream = await application.subscribe("RoomEventsSubscription", { roomId, after: "0" });
  const { resume, cursor } = (await stream.take()).roomEvents;
  assert.equal(resume, "LIVE");
  return { application, roomId, cursor, stream };
}
