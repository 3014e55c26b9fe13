//! The one public error type.
//!
//! Every message here is safe to show to a client; what must stay inside travels as the `source` of
//! [`Error::Internal`] or [`Error::Unavailable`] and is logged once, where the response is made.

use crate::{Capability, DateTime};
use async_graphql::{Enum, ErrorExtensionValues};
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Duration};

/// What a fallible function of this project returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The cause of an internal error, for the log alone.
pub type Cause = Arc<dyn std::error::Error + Send + Sync>;

/// `extensions.code` of every error that this API returns on purpose.
///
/// `extensions` may also carry `retryAfterMs`, `until` and `field`. Clients translate the code; the message is
/// English, for people who debug.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ErrorCode {
    /// No valid token.
    Unauthenticated,
    /// The caller's role does not include the capability.
    Forbidden,
    /// The request is malformed or an argument is out of range; `field` names it.
    BadUserInput,
    /// There is no such room or message, or the caller may not know of it.
    NotFound,
    /// The room's status does not allow this.
    RoomNotOpen,
    /// The caller may not send in this room until `until`; without it, until a moderator lifts it.
    Muted,
    /// The caller may not be in this room until `until`; without it, until a moderator lifts it.
    Banned,
    /// The room is in slow mode: one message, then a wait of `retryAfterMs`.
    SlowMode,
    /// Too much at once from this user or on this connection; try again after `retryAfterMs`, or when something on the
    /// connection has ended.
    RateLimited,
    /// Too much at once for this room; try again after `retryAfterMs`.
    RoomBusy,
    /// The content has no visible character.
    MessageEmpty,
    /// The content has more code points than the room allows.
    MessageTooLong,
    /// The metadata is not a JSON object of at most 1 KiB.
    MetadataTooLarge,
    /// The same author sent the same text a moment ago; try again after `retryAfterMs`.
    DuplicateContent,
    /// The content has a word that this room refuses, or was refused by its review.
    ContentRefused,
    /// Replies are one level deep.
    NestedReply,
    /// The author's time to edit has passed.
    EditWindowExpired,
    /// The message has changed since it was read.
    VersionConflict,
    /// The same `clientMessageId` was used for other content.
    IdempotencyConflict,
    /// The room has as many pinned messages as it may have.
    PinLimit,
    /// The document is too deep, too wide or too expensive.
    QueryTooComplex,
    /// No document with this hash is known here: send it along, once.
    PersistedQueryNotFound,
    /// A service behind the node does not answer; try again.
    Unavailable,
    /// A fault in the server; it is in its log.
    Internal,
}

/// Why a request was refused or failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// No valid token.
    #[error("you are not signed in")]
    Unauthenticated,
    /// The role lacks a capability.
    #[error("your role in this room does not allow {0:?}")]
    Forbidden(Capability),
    /// An argument is malformed or out of range.
    #[error("{field}: {reason}")]
    BadUserInput {
        /// The argument or input field.
        field: &'static str,
        /// What it must be.
        reason: String,
    },
    /// There is no such thing.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The room's status does not allow this.
    #[error("the room is not open for this")]
    RoomNotOpen,
    /// A moderator has muted the caller.
    #[error("you may not send in this room now")]
    Muted {
        /// When it ends by itself.
        until: Option<DateTime>,
    },
    /// A moderator has banned the caller.
    #[error("you may not be in this room now")]
    Banned {
        /// When it ends by itself.
        until: Option<DateTime>,
    },
    /// Too soon after the caller's last message.
    #[error("this room is in slow mode")]
    SlowMode {
        /// When to try again.
        retry_after: Duration,
    },
    /// More than the room accepts from everybody together, or more appends than wait on this node.
    #[error("too much is being sent to this room")]
    RoomBusy {
        /// When to try again.
        retry_after: Duration,
    },
    /// Nothing visible was sent.
    #[error("a message needs content")]
    MessageEmpty,
    /// Longer than the room allows.
    #[error("a message in this room has at most {max} characters")]
    MessageTooLong {
        /// The room's limit in Unicode code points.
        max: u32,
    },
    /// Not a JSON object of at most 1 KiB.
    #[error("metadata is a JSON object of at most 1024 bytes")]
    MetadataTooLarge,
    /// The same text again, too soon.
    #[error("you have just sent the same text")]
    DuplicateContent {
        /// When to try again.
        retry_after: Duration,
    },
    /// A word filter or a review refused the content.
    #[error("this room does not accept this content")]
    ContentRefused,
    /// A reply to a reply.
    #[error("a reply cannot be replied to")]
    NestedReply,
    /// Too late to edit.
    #[error("this message could be edited until {until}")]
    EditWindowExpired {
        /// When the window closed.
        until: DateTime,
    },
    /// Somebody else changed it first.
    #[error("the message has changed, its version is {current}")]
    VersionConflict {
        /// The version in the table.
        current: u32,
    },
    /// The client's key was used for something else.
    #[error("this clientMessageId was used for another message")]
    IdempotencyConflict,
    /// Refused before execution.
    #[error("the document exceeds a limit: {0}")]
    QueryTooComplex(String),
    /// A document was named that this node does not know. The message is what Apollo's clients look for.
    #[error("PersistedQueryNotFound")]
    PersistedQueryNotFound,
    /// One more pin than a room may have.
    #[error("a room has at most {max} pinned messages")]
    PinLimit {
        /// How many there may be.
        max: usize,
    },
    /// Beyond what one user or connection may do at once or per second.
    #[error("too much at once")]
    RateLimited {
        /// When to try again, if time is all it takes.
        retry_after: Option<Duration>,
    },
    /// Table or broker does not answer.
    #[error("the service is unavailable, try again")]
    Unavailable(#[source] Option<Cause>),
    /// A fault of the server.
    #[error("something went wrong")]
    Internal(#[source] Cause),
}

impl Error {
    /// An argument that is malformed or out of range.
    pub fn bad_input(field: &'static str, reason: impl Into<String>) -> Self {
        Self::BadUserInput { field, reason: reason.into() }
    }

    /// A fault of the server, whose cause is for the log.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(Arc::from(cause.into()))
    }

    /// A service behind the node that does not answer; the cause is for the log.
    pub fn unavailable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unavailable(Some(Arc::from(cause.into())))
    }

    /// The code that a program acts on.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Unauthenticated => ErrorCode::Unauthenticated,
            Self::Forbidden(_) => ErrorCode::Forbidden,
            Self::BadUserInput { .. } => ErrorCode::BadUserInput,
            Self::NotFound(_) => ErrorCode::NotFound,
            Self::RoomNotOpen => ErrorCode::RoomNotOpen,
            Self::Muted { .. } => ErrorCode::Muted,
            Self::Banned { .. } => ErrorCode::Banned,
            Self::SlowMode { .. } => ErrorCode::SlowMode,
            Self::RoomBusy { .. } => ErrorCode::RoomBusy,
            Self::MessageEmpty => ErrorCode::MessageEmpty,
            Self::MessageTooLong { .. } => ErrorCode::MessageTooLong,
            Self::MetadataTooLarge => ErrorCode::MetadataTooLarge,
            Self::DuplicateContent { .. } => ErrorCode::DuplicateContent,
            Self::ContentRefused => ErrorCode::ContentRefused,
            Self::NestedReply => ErrorCode::NestedReply,
            Self::EditWindowExpired { .. } => ErrorCode::EditWindowExpired,
            Self::VersionConflict { .. } => ErrorCode::VersionConflict,
            Self::IdempotencyConflict => ErrorCode::IdempotencyConflict,
            Self::PersistedQueryNotFound => ErrorCode::PersistedQueryNotFound,
            Self::PinLimit { .. } => ErrorCode::PinLimit,
            Self::QueryTooComplex(_) => ErrorCode::QueryTooComplex,
            Self::RateLimited { .. } => ErrorCode::RateLimited,
            Self::Unavailable(_) => ErrorCode::Unavailable,
            Self::Internal(_) => ErrorCode::Internal,
        }
    }

    /// Writes `code` and what goes with it into a GraphQL error's `extensions`.
    pub fn extend(&self, extensions: &mut ErrorExtensionValues) {
        extensions.set("code", self.code());
        match self {
            Self::BadUserInput { field, .. } => extensions.set("field", *field),
            Self::RoomBusy { retry_after }
            | Self::SlowMode { retry_after }
            | Self::DuplicateContent { retry_after }
            | Self::RateLimited { retry_after: Some(retry_after) } => {
                extensions.set(
                    "retryAfterMs",
                    u32::try_from(retry_after.as_millis()).unwrap_or(u32::MAX),
                );
            }
            Self::EditWindowExpired { until }
            | Self::Muted { until: Some(until) }
            | Self::Banned { until: Some(until) } => extensions.set("until", until.to_string()),
            _ => {}
        }
    }
}
