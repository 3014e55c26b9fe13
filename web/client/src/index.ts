export { PlenaryCache } from "./cache/PlenaryCache.ts";
export { plenaryTypePolicies } from "./cache/typePolicies.ts";
export { errorCode, refusal, type Refusal } from "./errors.ts";
export { ErrorCode } from "./generated/enums.ts";
export type {
  Capability,
  MessageKind,
  MessageStatus,
  QuestionOrder,
  QuestionStatus,
  Resume,
  ReviewMode,
  Role,
  RoomStatus,
} from "./generated/enums.ts";
export {
  MessageFieldsFragmentDoc,
  type MessageFieldsFragment as Message,
  MessagePageFragmentDoc,
  QuestionsDocument,
  RepliesDocument,
  RoomDocument,
  RoomEventsDocument,
  RoomFieldsFragmentDoc,
  SendMessageDocument,
  type SendMessageInput,
  SendReplyDocument,
  type SendReplyInput,
} from "./generated/operations.ts";
export type { ConnectionState } from "./link/connection.ts";
export { createPlenaryLink, PlenaryLink, type PlenaryLinkOptions } from "./link/PlenaryLink.ts";
export { ConnectionClosed } from "./link/SocketLink.ts";
export type { TokenNeed, TokenSource } from "./link/token.ts";
export { applyBatch, type RoomEvent, type RoomEventBatch } from "./room/applyBatch.ts";
export { type FollowOptions, followRoom, type FollowState, type RoomFollower } from "./room/followRoom.ts";
export type { ViewerEvent } from "./room/followViewer.ts";
export { type OpenRoom, openRoom, type OpenRoomOptions, type RoomView } from "./room/openRoom.ts";
export { type Room, RoomNotFound } from "./room/readRoom.ts";
export { type Outbox, outboxOf, type PendingMessage, type SentMessage } from "./send/outbox.ts";
export { sendMessage, sendReply } from "./send/sendMessage.ts";
