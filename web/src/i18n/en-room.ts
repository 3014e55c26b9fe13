/** Beside the room's chat: questions and the stage. */
export const questionWords = {
  questions: {
    title: "Questions",
    ask: "Ask a question",
    placeholder: "What would you like to know?",
    anonymous: "Ask without my name",
    submit: "Ask",
    empty: "No questions yet.",
    emptyHint: "Ask one, and upvote those of others.",
    upvote: (count: number) => `Upvote, ${count} so far`,
    order: "Order",
    TOP: "Most upvoted",
    NEWEST: "Newest",
    disabled: "Questions are off in this room.",
    open: "Open",
    closed: "Answered",
    status: { OPEN: "Open", LIVE: "On stage now", ANSWERED: "Answered", DISMISSED: "Dismissed" },
    set: { OPEN: "Reopen", LIVE: "Take on stage", ANSWERED: "Mark as answered", DISMISSED: "Dismiss" },
    actions: "What to do with this question",
  },
  stage: {
    now: "Now",
    next: "Next",
    waiting: "The next question appears here.",
    upvotes: (count: number) => (count === 1 ? "1 upvote" : `${count} upvotes`),
    back: "Back to the room",
  },
};

/** For those who keep order. */
export const moderationWords = {
  moderation: {
    title: "Moderation",
    tabs: { review: "Review", people: "Sanctions", settings: "Settings", audit: "Audit log" },
    heldEmpty: "Nothing waits for a review.",
    approve: "Approve",
    reject: "Reject",
    reports: "Reported",
    reportsEmpty: "Nothing has been reported while you were here.",
    reportCount: (count: number) => (count === 1 ? "1 report" : `${count} reports`),
    hideAuthor: "Hide all of this author",
    mute: "Mute…",
    ban: "Ban…",
    muteTitle: (name: string) => `Mute ${name}`,
    banTitle: (name: string) => `Ban ${name}`,
    setRole: "Give a role…",
    roleTitle: (name: string) => `The role of ${name} in this room`,
    role: "Role",
    roleHint: "It counts in this room, whatever the person is elsewhere. The person is connected anew.",
    confirmRole: "Give the role",
    hideTitle: (name: string) => `Hide all that ${name} has sent`,
    duration: "For how long",
    durations: { "300": "5 minutes", "3600": "1 hour", "86400": "1 day", "": "Until it is lifted" },
    reason: "Reason",
    reasonShown: "The person is told.",
    reasonKept: "The audit log keeps it.",
    hideMessages: "Hide also what the person has sent",
    confirmMute: "Mute",
    confirmBan: "Ban",
    confirmHide: "Hide",
    sanctionsEmpty: "Nobody is muted or banned.",
    types: { MUTE: "Muted", BAN: "Banned" },
    until: (when: string) => `until ${when}`,
    forever: "until it is lifted",
    lift: "Lift",
    auditEmpty: "Nothing has been done yet.",
    done: "Done.",
  },
};

/** What to say to each code of an error; `wait` is in seconds, `until` is a date in words. */
export const errorWords = {
  UNAUTHENTICATED: () => "You are no longer signed in.",
  FORBIDDEN: () => "Your role does not allow this.",
  BAD_USER_INPUT: () => "The server does not understand this request.",
  NOT_FOUND: () => "It is not there, or no longer.",
  ROOM_NOT_OPEN: () => "The room is not open for this.",
  MUTED: ({ until }: ErrorDetail) => (until ? `You are muted until ${until}.` : "You are muted in this room."),
  BANNED: ({ until }: ErrorDetail) => (until ? `You are banned from this room until ${until}.` : "You are banned from this room."),
  SLOW_MODE: ({ wait }: ErrorDetail) => (wait ? `Slow mode: you can write again in ${wait} s.` : "Slow mode: wait a moment."),
  RATE_LIMITED: ({ wait }: ErrorDetail) => (wait ? `That was a lot at once. Try again in ${wait} s.` : "That was a lot at once. Wait a moment."),
  ROOM_BUSY: () => "There is much going on in this room. Try again in a moment.",
  MESSAGE_EMPTY: () => "There is nothing to read in this message.",
  MESSAGE_TOO_LONG: () => "This message is too long for this room.",
  METADATA_TOO_LARGE: () => "The data that goes with it is too large.",
  DUPLICATE_CONTENT: () => "You have just said that.",
  CONTENT_REFUSED: () => "This room does not accept this text.",
  NESTED_REPLY: () => "A reply cannot have replies of its own.",
  EDIT_WINDOW_EXPIRED: () => "The time to edit this message is over.",
  VERSION_CONFLICT: () => "Somebody else has changed this in the meantime.",
  IDEMPOTENCY_CONFLICT: () => "This message has been sent before with another text.",
  PIN_LIMIT: () => "This room has as many pinned messages as it may have.",
  QUERY_TOO_COMPLEX: () => "This request is too large.",
  PERSISTED_QUERY_NOT_FOUND: () => "The server does not know this request.",
  UNAVAILABLE: () => "The server is busy. Try again in a moment.",
  INTERNAL: () => "The server has made a mistake.",
};

/** What goes with an error, in words. */
export interface ErrorDetail {
  wait?: number;
  until?: string;
}
