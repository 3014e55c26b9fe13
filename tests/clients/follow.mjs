// Follows a room from its beginning and prints what happens in it, one event a line.
//
//   node follow.mjs URL ROOM TOKEN

import { createClient } from "graphql-ws";
import WebSocket from "ws";

const [url, roomId, token] = process.argv.slice(2);
if (!token) {
  console.error("usage: node follow.mjs URL ROOM TOKEN");
  process.exit(2);
}

const query = `subscription ($roomId: ID!, $after: String) {
  roomEvents(roomId: $roomId, after: $after) {
    cursor
    resume
    events {
      __typename
      seq
      ... on MessageSent { message { id content author { displayName } } }
      ... on MessageChanged { message { id content version replyCount } }
      ... on MessageDeleted { messageId reason }
      ... on RoomChanged { room { name status } }
    }
  }
}`;

const client = createClient({ url, webSocketImpl: WebSocket, connectionParams: { Authorization: token } });

const subscription = client.iterate({ query, variables: { roomId, after: "0" } });
for await (const { data, errors } of subscription) {
  if (errors) {
    console.error(errors);
    process.exit(1);
  }
  const { cursor, resume, events } = data.roomEvents;
  console.log(`${resume}, cursor ${cursor}`);
  for (const event of events) console.log(JSON.stringify(event));
}
