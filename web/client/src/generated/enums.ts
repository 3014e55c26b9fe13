/** One thing that a role may allow. */
export const Capability = {
  /** Send announcements. */
  Announce: 'ANNOUNCE',
  /** Say where a question is on its way to an answer. */
  Answer: 'ANSWER',
  /** Ask questions. */
  AskQuestion: 'ASK_QUESTION',
  /** Ban people. */
  Ban: 'BAN',
  /** Delete and hide anybody's messages. */
  DeleteAny: 'DELETE_ANY',
  /** Delete one's own messages. */
  DeleteOwn: 'DELETE_OWN',
  /** Edit one's own messages for a while. */
  EditOwn: 'EDIT_OWN',
  /** Create rooms and change them, give roles, read the audit log. */
  ManageRoom: 'MANAGE_ROOM',
  /** Mute people. */
  Mute: 'MUTE',
  /** Pin messages. */
  Pin: 'PIN',
  /** React to messages and to the room. */
  React: 'REACT',
  /** Read the room and follow it. */
  Read: 'READ',
  /** Reply to messages. */
  Reply: 'REPLY',
  /** See and judge messages that are held, and what is reported. */
  Review: 'REVIEW',
  /** Send chat messages. */
  SendMessage: 'SEND_MESSAGE',
  /** Upvote messages. */
  Upvote: 'UPVOTE'
} as const;

export type Capability = typeof Capability[keyof typeof Capability];
/**
 * `extensions.code` of every error that this API returns on purpose.
 *
 * `extensions` may also carry `retryAfterMs`, `until` and `field`. Clients translate the code; the message is
 * English, for people who debug.
 */
export const ErrorCode = {
  /** The request is malformed or an argument is out of range; `field` names it. */
  BadUserInput: 'BAD_USER_INPUT',
  /** The caller may not be in this room until `until`; without it, until a moderator lifts it. */
  Banned: 'BANNED',
  /** The content has a word that this room refuses, or was refused by its review. */
  ContentRefused: 'CONTENT_REFUSED',
  /** The same author sent the same text a moment ago; try again after `retryAfterMs`. */
  DuplicateContent: 'DUPLICATE_CONTENT',
  /** The author's time to edit has passed. */
  EditWindowExpired: 'EDIT_WINDOW_EXPIRED',
  /** The caller's role does not include the capability. */
  Forbidden: 'FORBIDDEN',
  /** The same `clientMessageId` was used for other content. */
  IdempotencyConflict: 'IDEMPOTENCY_CONFLICT',
  /** A fault in the server; it is in its log. */
  Internal: 'INTERNAL',
  /** The content has no visible character. */
  MessageEmpty: 'MESSAGE_EMPTY',
  /** The content has more code points than the room allows. */
  MessageTooLong: 'MESSAGE_TOO_LONG',
  /** The metadata is not a JSON object of at most 1 KiB. */
  MetadataTooLarge: 'METADATA_TOO_LARGE',
  /** The caller may not send in this room until `until`; without it, until a moderator lifts it. */
  Muted: 'MUTED',
  /** Replies are one level deep. */
  NestedReply: 'NESTED_REPLY',
  /** There is no such room or message, or the caller may not know of it. */
  NotFound: 'NOT_FOUND',
  /** No document with this hash is known here: send it along, once. */
  PersistedQueryNotFound: 'PERSISTED_QUERY_NOT_FOUND',
  /** The room has as many pinned messages as it may have. */
  PinLimit: 'PIN_LIMIT',
  /** The document is too deep, too wide or too expensive. */
  QueryTooComplex: 'QUERY_TOO_COMPLEX',
  /**
   * Too much at once from this user or on this connection; try again after `retryAfterMs`, or when something on the
   * connection has ended.
   */
  RateLimited: 'RATE_LIMITED',
  /** Too much at once for this room; try again after `retryAfterMs`. */
  RoomBusy: 'ROOM_BUSY',
  /** The room's status does not allow this. */
  RoomNotOpen: 'ROOM_NOT_OPEN',
  /** The room is in slow mode: one message, then a wait of `retryAfterMs`. */
  SlowMode: 'SLOW_MODE',
  /** No valid token. */
  Unauthenticated: 'UNAUTHENTICATED',
  /** A service behind the node does not answer; try again. */
  Unavailable: 'UNAVAILABLE',
  /** The message has changed since it was read. */
  VersionConflict: 'VERSION_CONFLICT'
} as const;

export type ErrorCode = typeof ErrorCode[keyof typeof ErrorCode];
/** What a message is. */
export const MessageKind = {
  /** A word from the hosts to everybody. */
  Announcement: 'ANNOUNCEMENT',
  /** Talk. */
  Chat: 'CHAT',
  /** A question to the stage. */
  Question: 'QUESTION'
} as const;

export type MessageKind = typeof MessageKind[keyof typeof MessageKind];
/** What became of a message. */
export const MessageStatus = {
  /** It is gone; a tombstone keeps its place. */
  Deleted: 'DELETED',
  /** It waits for a review; its author and the staff see it. */
  Held: 'HELD',
  /** Everybody sees it. */
  Published: 'PUBLISHED',
  /** A review has refused it; its author and the staff see that. */
  Rejected: 'REJECTED'
} as const;

export type MessageStatus = typeof MessageStatus[keyof typeof MessageStatus];
/** In which order questions are listed. */
export const QuestionOrder = {
  /** Newest first. */
  Newest: 'NEWEST',
  /** Oldest first. */
  Oldest: 'OLDEST',
  /** Most upvotes first, among equals the oldest. */
  Top: 'TOP'
} as const;

export type QuestionOrder = typeof QuestionOrder[keyof typeof QuestionOrder];
/** Where a question is on its way to an answer. */
export const QuestionStatus = {
  /** It was answered. */
  Answered: 'ANSWERED',
  /** It will not be answered. */
  Dismissed: 'DISMISSED',
  /** It is being answered now. */
  Live: 'LIVE',
  /** It was asked. */
  Open: 'OPEN'
} as const;

export type QuestionStatus = typeof QuestionStatus[keyof typeof QuestionStatus];
/** How a subscription begins, relative to its `after`. */
export const Resume = {
  /** Too much was missed to replay: read the room again. */
  Gap: 'GAP',
  /** Nothing was missed. */
  Live: 'LIVE',
  /** This batch (and perhaps more) holds what was missed. */
  Replayed: 'REPLAYED'
} as const;

export type Resume = typeof Resume[keyof typeof Resume];
/** Which messages of participants wait for a review. */
export const ReviewMode = {
  /** All of them. */
  All: 'ALL',
  /** None. */
  Off: 'OFF',
  /** Questions. */
  Questions: 'QUESTIONS'
} as const;

export type ReviewMode = typeof ReviewMode[keyof typeof ReviewMode];
/** What somebody is in a room. */
export const Role = {
  /** Runs the event. */
  Host: 'HOST',
  /** Keeps order. */
  Moderator: 'MODERATOR',
  /** Everybody else. */
  Participant: 'PARTICIPANT',
  /** Is on stage. */
  Speaker: 'SPEAKER'
} as const;

export type Role = typeof Role[keyof typeof Role];
/** Where a room is in its life. */
export const RoomStatus = {
  /** Nobody may send; it can still be read. */
  Closed: 'CLOSED',
  /** Everybody may send. */
  Open: 'OPEN',
  /** Only hosts, moderators and speakers may send. */
  Paused: 'PAUSED',
  /** Announced; only hosts, moderators and speakers may send. */
  Scheduled: 'SCHEDULED'
} as const;

export type RoomStatus = typeof RoomStatus[keyof typeof RoomStatus];
/** What a sanction forbids. */
export const SanctionType = {
  /** To be in the room at all. */
  Ban: 'BAN',
  /** To send, vote and react. */
  Mute: 'MUTE'
} as const;

export type SanctionType = typeof SanctionType[keyof typeof SanctionType];