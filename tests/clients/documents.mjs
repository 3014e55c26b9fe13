import { gql } from "@apollo/client";

export const CREATE_ROOM = gql`
  mutation CreateRoom($name: String!) {
    createRoom(input: { name: $name }) {
      id
    }
  }
`;

export const SEND_MESSAGE = gql`
  mutation SendMessage($roomId: ID!, $content: String!) {
    sendMessage(input: { roomId: $roomId, content: $content }) {
      id
      content
      seq
    }
  }
`;

export const ROOM = gql`
  query Room($roomId: ID!) {
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

export const ROOM_EVENTS = gql`
  subscription RoomEvents($roomId: ID!, $after: String) {
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

export const ON_SEND_MESSAGE = gql`
  subscription OnSendMessage($roomId: ID!) {
    onSendMessage(roomId: $roomId) {
      id
      roomId
      content
      seq
    }
  }
`;
