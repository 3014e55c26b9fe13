//! What of Plenary's schema the load generator uses.

use crate::rooms::Rooms;
use async_graphql::{
    Context, Enum, ID, InputObject, Interface, Object, SimpleObject, Subscription,
};
use tokio_stream::{Stream, StreamExt, wrappers::BroadcastStream};

pub(crate) struct Query;

pub(crate) struct Mutation;

pub(crate) struct Subscription;

#[derive(InputObject)]
struct CreateRoomInput {
    id: ID,
    name: String,
}

#[derive(InputObject)]
struct SendMessageInput {
    room_id: ID,
    content: String,
}

#[derive(SimpleObject)]
struct Room {
    id: ID,
    name: String,
}

#[derive(Clone, SimpleObject)]
pub(crate) struct Message {
    pub(crate) room_id: ID,
    pub(crate) seq: i32,
    pub(crate) content: Option<String>,
    pub(crate) author: User,
}

#[derive(Clone, SimpleObject)]
pub(crate) struct User {
    pub(crate) id: ID,
    pub(crate) display_name: String,
}

#[derive(SimpleObject)]
struct RoomEventBatch {
    room_id: ID,
    cursor: String,
    resume: Resume,
    events: Vec<RoomEvent>,
}

#[derive(Clone, Copy, PartialEq, Eq, Enum)]
enum Resume {
    Live,
}

#[derive(Interface)]
#[graphql(field(name = "seq", ty = "&i32"))]
enum RoomEvent {
    MessageSent(MessageSent),
}

#[derive(SimpleObject)]
struct MessageSent {
    seq: i32,
    message: Message,
}

#[Object]
impl Query {
    async fn hello(&self) -> &str {
        "hello"
    }
}

#[Object]
impl Mutation {
    async fn create_room(&self, input: CreateRoomInput) -> Room {
        Room { id: input.id, name: input.name }
    }

    async fn send_message(&self, ctx: &Context<'_>, input: SendMessageInput) -> Message {
        ctx.data_unchecked::<Rooms>().send(input.room_id, input.content)
    }
}

#[Subscription]
impl Subscription {
    async fn on_send_message(&self, ctx: &Context<'_>, room_id: ID) -> impl Stream<Item = Message> {
        messages(ctx, room_id)
    }

    async fn room_events(
        &self,
        ctx: &Context<'_>,
        room_id: ID,
        #[graphql(name = "after")] _after: Option<String>,
    ) -> impl Stream<Item = RoomEventBatch> {
        messages(ctx, room_id).map(RoomEventBatch::of)
    }
}

/// A subscriber who is too far behind misses messages.
fn messages(ctx: &Context<'_>, room_id: ID) -> impl Stream<Item = Message> + use<> {
    BroadcastStream::new(ctx.data_unchecked::<Rooms>().subscribe(room_id)).filter_map(Result::ok)
}

impl RoomEventBatch {
    fn of(message: Message) -> Self {
        Self {
            room_id: message.room_id.clone(),
            cursor: message.seq.to_string(),
            resume: Resume::Live,
            events: vec![RoomEvent::MessageSent(MessageSent { seq: message.seq, message })],
        }
    }
}
