import { gql, type TypedDocumentNode } from "@apollo/client";
import { Subject } from "rxjs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { startCluster } from "../../../../tests/clients/support/cluster.mjs";
import { errorCode, followRoom, openRoom, type OpenRoom, outboxOf, type RoomEvent, type RoomFollower, sendMessage } from "../../src/index.ts";
import { readRoom } from "../../src/room/readRoom.ts";
import { type TestClient, testClient, until } from "../support/client.ts";
import { Proxy } from "../support/proxy.ts";

const CREATE_ROOM: TypedDocumentNode<{ createRoom: { id: string } }, { name: string }> = gql`
  mutation ($name: String!) {
    createRoom(input: { name: $name }) {
      id
    }
  }
`;
const BAN: TypedDocumentNode<unknown, { roomId: string; userId: string }> = gql`
  mutation ($roomId: ID!, $userId: ID!) {
    sanctionUser(input: { roomId: $roomId, userId: $userId, type: BAN }) {
      id
    }
  }
`;

const SET_ROLE: TypedDocumentNode<unknown, { roomId: string; userId: string }> = gql`
  mutation ($roomId: ID!, $userId: ID!) {
    setRole(input: { roomId: $roomId, userId: $userId, role: MODERATOR }) {
      role
    }
  }
`;

describe("the client against two nodes", { timeout: 20_000 }, () => {
  let cluster: Awaited<ReturnType<typeof startCluster>>;
  let tokens: { ada: string; bob: string };
  let proxy: Proxy;
  let ada: TestClient;
  let bob: TestClient;
  let roomId: string;
  const open: { close(): void }[] = [];

  beforeAll(async () => {
    cluster = await startCluster({ nodes: 3 });
    tokens = { ada: await cluster.token("ada", "plenary-hosts"), bob: await cluster.token("bob") };
  }, 120_000);
  afterAll(() => cluster.stop());

  beforeEach(async (context) => {
    const [first, second] = cluster.nodes;
    proxy = await Proxy.start(first!.http);
    ada = testClient(second!.http, tokens.ada);
    bob = testClient(proxy.url, tokens.bob);
    const { data } = await ada.apollo.mutate({ mutation: CREATE_ROOM, variables: { name: context.task.name } });
    roomId = data!.createRoom.id;
  });
  afterEach(async () => {
    for (const each of open.splice(0)) each.close();
    for (const client of [ada, bob]) client.stop();
    await proxy.stop();
  });

  it("misses nothing between the query and the subscription", async () => {
    const { cursor } = await readRoom(bob.apollo, roomId);
    const sent = await send(ada, "between the two");

    const follower = follow(bob, cursor);

    expect(await until(follower.state, isFollowing)).toEqual({ status: "following", resume: "REPLAYED" });
    expect(contents(bob)).toEqual([sent]);
  });

  it("misses nothing and gets nothing twice when its socket is cut", async () => {
    const seqs: number[] = [];
    const room = await enter(bob, (event) => seqs.push(event.seq));
    await send(ada, "before");
    await until(room.view, ({ messages }) => messages.length === 1);

    const resumed = until(bob.link.connection, (state) => state.status === "live" && state.resume !== undefined);
    proxy.cut();
    await send(ada, "meanwhile");
    await until(room.view, ({ messages }) => messages.length === 2);
    await send(ada, "after");
    await until(room.view, ({ messages }) => messages.length === 3);

    expect(await resumed).toEqual({ status: "live", resume: expect.stringMatching(/REPLAYED|LIVE/) as string });
    expect(contents(bob)).toEqual(["before", "meanwhile", "after"]);
    expect(seqs).toEqual([1, 2, 3]);
  });

  it("goes on at another node when its own is killed", async () => {
    const doomed = cluster.nodes[2]!;
    proxy.leadTo(doomed.http);
    const room = await enter(bob);
    await send(ada, "before");
    await until(room.view, ({ messages }) => messages.length === 1);

    const cutOff = until(bob.link.connection, ({ status }) => status === "reconnecting");
    await doomed.kill();
    await cutOff;
    await send(ada, "meanwhile");
    proxy.leadTo(cluster.nodes[0]!.http);

    await until(room.view, ({ messages }) => messages.length === 2);
    expect(contents(bob)).toEqual(["before", "meanwhile"]);
  });

  it("reads the room again after a gap", async () => {
    await send(ada, "never seen before");
    // A cursor that never was is as good as one that is too old.
    const batches = new Subject<unknown>();
    const follower = follow(bob, "1000000", batches);

    expect(await until(follower.state, isFollowing)).toEqual({ status: "following", resume: "GAP" });
    await send(ada, "live again");
    await until(batches, () => contents(bob).length === 2);
    expect(contents(bob)).toEqual(["never seen before", "live again"]);
  });

  it("sends a message once, although the answer is lost", async () => {
    const room = await enter(bob);
    proxy.loseAnswers(2);
    const shown = until(room.view, ({ pending }) => pending.length === 1);
    const sent = sendMessage(bob.apollo, { roomId, content: "just once" });
    await shown;
    await sent;
    expect(proxy.lost).toBe(2);

    expect((await readRoom(ada.apollo, roomId)).messages.nodes.map(({ content }) => content)).toEqual(["just once"]);
    expect(contents(bob)).toEqual(["just once"]);
    expect(outboxOf(bob.apollo).pending.value).toEqual([]);
  });

  it("ends when its user is banned", async () => {
    const room = await enter(bob);
    const { viewer } = room.view.value.room!;
    const closed = until(room.view, ({ state }) => state.status === "closed");

    await ada.apollo.mutate({ mutation: BAN, variables: { roomId, userId: viewer.userId } });

    const { state } = await closed;
    expect(state.status === "closed" && errorCode(state.error)).toBe("BANNED");
  });

  it("comes back with another role, and knows it", async () => {
    const room = await enter(bob);
    const { viewer } = room.view.value.room!;
    expect(viewer.role).toBe("PARTICIPANT");
    const cutOff = until(bob.link.connection, ({ status }) => status === "reconnecting");

    await ada.apollo.mutate({ mutation: SET_ROLE, variables: { roomId, userId: viewer.userId } });

    await until(room.view, (view) => view.room?.viewer.role === "MODERATOR");
    expect(await cutOff).toMatchObject({ code: 4806 });
    await until(bob.link.connection, ({ status }) => status === "live");
    await send(ada, "to the new moderator");
    await until(room.view, ({ messages }) => messages.length === 1);
  });

  it("is refused with a bad token, by HTTP and by socket", async () => {
    const stranger = testClient(proxy.url, "no token");
    open.push({ close: () => stranger.stop() });

    const { state } = await until(opened(stranger).view, (view) => view.state.status === "closed");
    expect(state.status === "closed" && errorCode(state.error)).toBe("UNAUTHENTICATED");

    const follower = follow(stranger, "0");
    const over = await until(follower.state, ({ status }) => status === "closed");
    expect(over).toMatchObject({ status: "closed", error: { name: "ConnectionClosed", code: 4403 } });
    expect(stranger.link.connection.value).toMatchObject({ status: "closed", code: 4403 });
  });

  async function send({ apollo }: TestClient, content: string): Promise<string> {
    return (await sendMessage(apollo, { roomId, content })).content!;
  }

  function follow({ apollo }: TestClient, after: string, batches = new Subject<unknown>()): RoomFollower {
    const follower = followRoom(apollo, { roomId, after, onBatch: (batch) => batches.next(batch) });
    open.push(follower);
    return follower;
  }

  function opened({ apollo }: TestClient, onEvent: (event: RoomEvent) => void = () => undefined): OpenRoom {
    const room = openRoom(apollo, roomId, { onBatch: ({ events }) => events.forEach(onEvent) });
    open.push(room);
    return room;
  }

  async function enter(client: TestClient, onEvent?: (event: RoomEvent) => void): Promise<OpenRoom> {
    const room = opened(client, onEvent);
    await until(room.view, ({ state }) => state.status === "following");
    return room;
  }

  function contents({ apollo }: TestClient): (string | null)[] {
    const room = apollo.cache.readQuery({ query: ROOM_MESSAGES, variables: { roomId } })?.room;
    return room?.messages.nodes.map(({ content }) => content) ?? [];
  }
});

const ROOM_MESSAGES: TypedDocumentNode<{ room: { messages: { nodes: { content: string | null }[] } } }, { roomId: string }> = gql`
  query ($roomId: ID!) {
    room(id: $roomId) {
      messages {
        nodes {
          id
          content
        }
      }
    }
  }
`;

function isFollowing({ status }: { status: string }): boolean {
  return status === "following";
}
