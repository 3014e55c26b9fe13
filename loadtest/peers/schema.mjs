// What of Plenary's schema the load generator uses. Positions are counted, nothing is stored.

export const typeDefs = `
  type Query {
    hello: String!
  }

  type Mutation {
    createRoom(input: CreateRoomInput!): Room!
    sendMessage(input: SendMessageInput!): Message!
  }

  type Subscription {
    onSendMessage(roomId: ID!): Message
    roomEvents(roomId: ID!, after: String): RoomEventBatch
  }

  input CreateRoomInput {
    id: ID!
    name: String!
  }

  input SendMessageInput {
    roomId: ID!
    content: String!
  }

  type Room {
    id: ID!
    name: String!
  }

  type Message {
    roomId: ID!
    seq: Int!
    content: String
    author: User!
  }

  type User {
    id: ID!
    displayName: String!
  }

  type RoomEventBatch {
    roomId: ID!
    cursor: String!
    resume: Resume!
    events: [RoomEvent!]!
  }

  enum Resume {
    LIVE
  }

  interface RoomEvent {
    seq: Int!
  }

  type MessageSent implements RoomEvent {
    seq: Int!
    message: Message!
  }
`;

const author = { id: "loadtest-host", displayName: "loadtest-host" };
const positions = new Map();

/**
 * The resolvers, on a server's own publish/subscribe.
 *
 * @param publish - `(message, context)`, to those who follow `message.roomId`
 * @param subscribe - `(roomId, context)`, an async iterable of messages
 */
export function createResolvers(publish, subscribe) {
  const follow = (resolve) => ({ subscribe: (_, { roomId }, context) => subscribe(roomId, context), resolve });
  return {
    Query: { hello: () => "hello" },
    Mutation: {
      createRoom: (_, { input }) => input,
      sendMessage: async (_, { input }, context) => {
        const message = { ...input, seq: nextPosition(input.roomId), author };
        await publish(message, context);
        return message;
      },
    },
    Subscription: {
      onSendMessage: follow((message) => message),
      roomEvents: follow(batchOf),
    },
  };
}

function nextPosition(roomId) {
  const seq = (positions.get(roomId) ?? 0) + 1;
  positions.set(roomId, seq);
  return seq;
}

function batchOf(message) {
  const event = { __typename: "MessageSent", seq: message.seq, message };
  return { roomId: message.roomId, cursor: String(message.seq), resume: "LIVE", events: [event] };
}
