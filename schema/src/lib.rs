//! What the API talks about: types, inputs, events and errors. No runtime, no network, no storage.

mod directive;
mod error;
mod event;
mod fields;
mod id;
mod json;
mod message;
mod page;
mod role;
mod room;
mod time;
mod user;

pub use directive::{aws_subscribe, not_in_subscription, refuses};
pub use error::{Cause, Error, ErrorCode, Result};
pub use event::{
    MessageChanged, MessageDeleted, MessageSent, Resume, RoomChanged, RoomEvent, RoomEventBatch,
};
pub use fields::{Field, FieldResolvers};
pub use id::{ClientMessageId, MessageId, RoomId, Seq, UserId};
pub use json::{Json, MAX_JSON_BYTES};
pub use message::{
    Author, Content, DeleteMessageInput, EditMessageInput, Message, MessageKind, MessageStatus,
    SendMessageInput, SendReplyInput,
};
pub use page::{
    Cursor, DEFAULT_PAGE, End, MAX_PAGE, MessageConnection, MessageEdge, Page, PageArgs, PageInfo,
    RoomConnection, RoomEdge, page_cost,
};
pub use role::{Capability, Role};
pub use room::{
    CreateRoomInput, Room, RoomSettings, RoomSettingsInput, RoomStatus, RoomViewer,
    UpdateRoomInput, User, room_name,
};
pub use time::DateTime;
pub use user::{UpdateProfileInput, avatar_url, display_name};
