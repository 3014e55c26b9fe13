//! The fields of a message that a filter may name.

use super::refused;
use crate::{Author, Message, Result};
use async_graphql::resolver_utils::EnumType;
use serde_json::Value;

/// How deep a name may reach; AppSync ignores what is deeper.
const MAX_LEVELS: usize = 5;

/// The longest name and the longest text to compare with, in characters, as in AppSync.
pub(super) const MAX_TEXT: usize = 256;

/// A field, or what is in one, named as a client selects it, with dots in between.
#[derive(Clone, Debug)]
pub(super) struct Field {
    name: String,
    /// One of [`FIELDS`]; none for what stands in the metadata.
    fixed: Option<&'static Fixed>,
}

/// What can be compared with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    /// Whatever the sender has put there.
    Any,
}

#[derive(Debug)]
struct Fixed {
    name: &'static str,
    kind: Kind,
    of: fn(&Message) -> Value,
}

const METADATA: &str = "metadata.";

/// Lists of objects are not among them: AppSync does not filter on them.
static FIELDS: [Fixed; 23] = [
    text("id", |message| message.id().to_string().into()),
    text("roomId", |message| message.room_id.as_str().into()),
    number("seq", |message| message.seq.into()),
    text("kind", |message| name_of(message.kind)),
    text("status", |message| name_of(message.status)),
    text("content", |message| message.content.clone().into()),
    text("author.userId", |message| author(message, |author| author.user_id.as_str().into())),
    text("author.displayName", |message| author(message, |by| by.display_name.clone().into())),
    text("author.avatarUrl", |message| author(message, |by| by.avatar_url.clone().into())),
    text("author.role", |message| author(message, |by| name_of(by.role))),
    text("parentId", |message| text_of(message.parent_id.as_ref())),
    text("createdAt", |message| text_of(Some(message.created_at))),
    text("editedAt", |message| text_of(message.edited_at)),
    text("deletedAt", |message| text_of(message.deleted_at)),
    number("version", |message| message.version.into()),
    text("clientMessageId", |message| {
        message.client_message_id.as_ref().map(|id| id.as_str().to_owned()).into()
    }),
    text("repliedAt", |message| text_of(message.replied_at)),
    text("lastReplyAt", |message| text_of(message.last_reply_at)),
    text("questionStatus", |message| message.question_status.map_or(Value::Null, name_of)),
    text("answeredAt", |message| text_of(message.answered_at)),
    text("pinnedAt", |message| text_of(message.pinned_at)),
    number("replyCount", |message| message.reply_count.into()),
    number("upvoteCount", |message| message.upvote_count.into()),
];

impl Field {
    /// Finds the field with this name.
    pub(super) fn parse(name: &str) -> Result<Self> {
        if name.chars().count() > MAX_TEXT {
            return Err(refused(format!("a field's name has at most {MAX_TEXT} characters")));
        }
        if name.split('.').count() > MAX_LEVELS {
            return Err(refused(format!("`{name}` has more than {MAX_LEVELS} levels")));
        }
        let fixed = FIELDS.iter().find(|fixed| fixed.name == name);
        let in_metadata = || {
            let path = name.strip_prefix(METADATA);
            path.is_some_and(|path| path.split('.').all(|step| !step.is_empty()))
        };
        match fixed.is_some() || in_metadata() {
            true => Ok(Self { name: name.to_owned(), fixed }),
            false => Err(refused(format!("`{name}` is no field that messages are filtered by"))),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn kind(&self) -> Kind {
        self.fixed.map_or(Kind::Any, |fixed| fixed.kind)
    }

    /// What a message has there; null if nothing.
    pub(super) fn of(&self, message: &Message) -> Value {
        match (self.fixed, &message.metadata) {
            (Some(fixed), _) => (fixed.of)(message),
            (None, Some(metadata)) => self.within(metadata.value()),
            (None, None) => Value::Null,
        }
    }

    fn within(&self, metadata: Value) -> Value {
        let mut steps = self.name.split('.').skip(1);
        steps.try_fold(metadata, |mut value, step| value.get_mut(step).map(Value::take)).into()
    }
}

const fn text(name: &'static str, of: fn(&Message) -> Value) -> Fixed {
    Fixed { name, kind: Kind::Text, of }
}

const fn number(name: &'static str, of: fn(&Message) -> Value) -> Fixed {
    Fixed { name, kind: Kind::Number, of }
}

/// An enum's value as clients write it.
fn name_of<E: EnumType>(value: E) -> Value {
    E::items().iter().find(|item| item.value == value).map(|item| item.name).into()
}

fn text_of(value: Option<impl ToString>) -> Value {
    value.map(|value| value.to_string()).into()
}

fn author(message: &Message, of: fn(&Author) -> Value) -> Value {
    message.author.as_ref().map(of).into()
}
