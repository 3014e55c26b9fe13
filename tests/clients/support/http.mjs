import assert from "node:assert/strict";

import * as documents from "../documents.mjs";

/** Somebody who needs no client: asks by HTTP, and gets data. */
export function person(node, token) {
  const request = async (name, variables) => {
    const response = await fetch(node.http, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: token },
      body: JSON.stringify({ query: documents[name], variables }),
    });
    const { data, errors } = await response.json();
    assert.equal(errors, undefined);
    return data;
  };
  return {
    createRoom: async (name) => (await request("CreateRoomMutation", { name })).createRoom.id,
    send: async (roomId, content) => (await request("SendMessageMutation", { roomId, content })).sendMessage,
    read: async (roomId) => (await request("RoomQuery", { roomId })).room,
  };
}
