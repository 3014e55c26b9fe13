// @vitest-environment happy-dom
import { ApolloClient } from "@apollo/client";
import { ApolloProvider } from "@apollo/client/react";
import { act, cleanup, renderHook } from "@testing-library/react";
import { type ReactNode, StrictMode } from "react";
import { afterEach, expect, it } from "vitest";

import { createPlenaryLink, PlenaryCache, RoomEventsDocument, sendMessage } from "../../src/index.ts";
import { useConnectionState, useOutbox, useRoom } from "../../src/react/index.ts";
import { FakeServer, macrotask } from "../support/fakeLink.ts";
import { FakeSocket } from "../support/fakeSocket.ts";
import { batch, message, room, ROOM_ID, sent } from "../support/messages.ts";

afterEach(cleanup);

it("useRoom shows one room at a time, and follows none once it is gone", async () => {
  const server = new FakeServer(() => room([message(1)]));
  const { result, rerender, unmount } = renderHook(({ roomId }) => useRoom(roomId), {
    initialProps: { roomId: ROOM_ID },
    wrapper: provide(server.client),
  });
  await act(macrotask);
  expect(result.current.messages).toHaveLength(1);

  rerender({ roomId: "another" });
  expect(result.current).toMatchObject({ room: undefined, messages: [], state: { status: "loading" } });
  await act(macrotask);
  expect(server.batches.observed).toBe(true);
  unmount();
  expect(server.batches.observed).toBe(false);
});

it("useRoom tells of batches to the handler of the last rendering", async () => {
  const server = new FakeServer(() => room([message(1)]));
  const told: string[] = [];
  const { rerender } = renderHook(({ name }) => useRoom(ROOM_ID, { onBatch: () => told.push(name) }), {
    initialProps: { name: "first" },
    wrapper: provide(server.client),
  });
  await act(macrotask);
  rerender({ name: "second" });
  act(() => server.batches.next(batch([sent(message(2))])));
  expect(told).toEqual(["second"]);
  expect(server.variablesOf("RoomEvents").at(-1)).toEqual({ roomId: ROOM_ID, after: "1" });
});

it("useOutbox shows what waits", async () => {
  const server = new FakeServer(() => room([]));
  const { result } = renderHook(useOutbox, { wrapper: provide(server.client) });
  await act(async () => {
    void sendMessage(server.client, { roomId: ROOM_ID, content: "hello" });
    await macrotask();
  });
  expect(result.current.map(({ input, state }) => [input.content, state])).toEqual([["hello", "sending"]]);
});

it("useConnectionState shows how the socket stands", async () => {
  const link = createPlenaryLink({ url: "http://node/graphql", token: () => "token", webSocketImpl: FakeSocket });
  const client = new ApolloClient({ link, cache: new PlenaryCache() });
  const { result } = renderHook(() => useConnectionState(), { wrapper: provide(client) });
  expect(result.current).toEqual({ status: "idle" });
  await act(async () => {
    client.subscribe({ query: RoomEventsDocument, variables: { roomId: ROOM_ID } }).subscribe();
    await macrotask();
  });
  expect(result.current).toEqual({ status: "connecting" });
  link.dispose();
});

it("useConnectionState says what it needs when the client has another link", () => {
  const { client } = new FakeServer(() => room([]));
  expect(() => renderHook(() => useConnectionState(), { wrapper: provide(client) })).toThrow("useConnectionState needs the link");
});

function provide(client: ApolloClient) {
  return ({ children }: { children: ReactNode }) => (
    <StrictMode>
      <ApolloProvider client={client}>{children}</ApolloProvider>
    </StrictMode>
  );
}
