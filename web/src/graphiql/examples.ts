import createRoom from "./examples/create-room.graphql?raw";
import roomEvents from "./examples/room-events.graphql?raw";
import roomHistory from "./examples/room-history.graphql?raw";
import sendMessage from "./examples/send-message.graphql?raw";

/** The tabs a first visit opens, in the order of a first tour. */
export const examples = [
  { query: createRoom },
  { query: roomEvents },
  { query: sendMessage },
  { query: roomHistory },
];
