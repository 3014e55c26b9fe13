//! What the API talks about: types, inputs, events and errors. No runtime, no network, no storage.

mod appsync_sdl;
mod audit;
mod content;
mod directive;
mod error;
mod event;
mod fields;
mod filter;
mod id;
mod json;
mod message;
mod moderation;
mod page;
mod question;
mod reaction;
mod role;
mod room;
mod settings;
mod time;
mod user;
mod viewer;

pub use appsync_sdl::appsync_sdl;
pub use audit::AuditEntry;
pub use content::Content;
pub use directive::{aws_subscribe, not_in_subscription, refuses};
pub use error::{Cause, Error, ErrorCode, Result};
pub use event::{
    AuthorHidden, CustomEvent, MessageChanged, MessageDeleted, MessageSent, Resume, RoomChanged,
    RoomEvent, RoomEventBatch, SendEventInput,
};
pub use fields::{Field, FieldResolvers};
pub use filter::MessageFilter;
pub use id::{ClientMessageId, MessageId, RoomId, Seq, UserId};
pub use json::{Json, MAX_JSON_BYTES};
pub use message::{
    Author, DeleteMessageInput, EditMessageInput, Message, MessageKind, MessageStatus,
    SendMessageInput, SendReplyInput, SetPinInput,
};
pub use moderation::{
    HideAuthorInput, LiftSanctionInput, MessageHeld, MessageReported, MessageReviewed,
    ModerationEvent, ReportMessageInput, ReviewMessageInput, ReviewMode, RoleChanged, Sanction,
    SanctionLifted, SanctionType, SanctionUserInput, Sanctioned, SetRoleInput, ViewerEvent,
};
pub use page::{
    AuditEntryConnection, AuditEntryEdge, Cursor, DEFAULT_PAGE, End, MAX_PAGE, MessageConnection,
    MessageEdge, Page, PageArgs, PageInfo, RoomConnection, RoomEdge, SanctionConnection,
    SanctionEdge, page_cost,
};
pub use question::{QuestionOrder, QuestionStatus, SetQuestionStatusInput, SetUpvoteInput};
pub use reaction::{MessageCounts, ReactionCount, SendReactionInput, SetReactionInput};
pub use role::{Capability, Role};
pub use room::{CreateRoomInput, Room, RoomStatus, UpdateRoomInput, User, room_name};
pub use settings::{RoomSettings, RoomSettingsInput};
pub use time::DateTime;
pub use user::{UpdateProfileInput, avatar_url, display_name};
pub use viewer::{RoomViewer, ViewerMessageState};
