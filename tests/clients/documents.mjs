// What the tests ask for. Each name ends with its kind and begins as its file would, which Relay's compiler demands.

export const CreateRoomMutation = `
  mutation CreateRoomMutation($name: String!) {
    createRoom(input: { name: $name }) {
      id
    }
  }
`;

export const SendMessageMutation = `
  mutation SendMessageMutation($roomId: ID!, $content: String!, $clientMessageId: ID) {
    sendMessage(input: { roomId: $roomId, content: $content, clientMessageId: $clientMessageId }) {
      id
      content
      seq
    }
  }
`;

export const RoomQuery = `
  query RoomQuery($roomId: ID!) {
    room(id: $roomId) {
      id
      cursor
      messages(last: 50) {
        nodes {
          id
          content
          seq
        }
      }
    }
  }
`;

export const RoomEventsSubscription = `
  subscription RoomEventsSubscription($roomId: ID!, $after: String) {
    roomEvents(roomId: $roomId, after: $after) {
      cursor
      resume
      events {
        __typename
        seq
        ... on MessageSent {
          message {
            id
            content
            seq
          }
        }
      }
    }
  }
`;

// By another name, so that its frames are told from those of its sibling.
export const LeavingSubscription = `
  subscription LeavingSubscription($roomId: ID!, $after: String) {
    leaving: roomEvents(roomId: $roomId, after: $after) {
      cursor
      events {
        seq
      }
    }
  }
`;

export const OnSendMessageSubscription = `
  subscription OnSendMessageSubscription($roomId: ID!) {
    onSendMessage(roomId: $roomId) {
      id
      roomId
      content
      seq
    }
  }
`;

export const ModerationEventsSubscription = `
  subscription ModerationEventsSubscription($roomId: ID!) {
    moderationEvents(roomId: $roomId) {
      __typename
    }
  }
`;
