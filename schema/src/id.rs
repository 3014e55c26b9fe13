//! Identifiers: parsed once at the edge, afterwards the type is the proof.
//!
//! All of them are the GraphQL scalar `ID`. None may contain `#`, which separates the parts of a table key.

use crate::Error;
use async_graphql::{
    ID, InputType, InputValueError, InputValueResult, OutputType, Value, registry::Registry,
};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, fmt, str::FromStr};

/// A position in a room's log. Positions start at 1; 0 stands for "before everything".
pub type Seq = u64;

/// A room: 1 to 64 of `A-Z a-z 0-9 _ -`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RoomId(String);

/// A user: the subject (`sub`) of the token, 1 to 128 printable ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UserId(String);

/// The key that a client gives a message so that a retry is recognized: 1 to 128 printable ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClientMessageId(String);

/// A message, named by its room and its position there: `town-hall.42`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MessageId {
    room: RoomId,
    seq: Seq,
}

impl RoomId {
    /// Makes a new id, unique and sortable by time (a ULID).
    #[must_use]
    pub fn generate() -> Self {
        Self(ulid::Ulid::generate().to_string())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl UserId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ClientMessageId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl MessageId {
    /// Names the message at a position of a room.
    #[must_use]
    pub fn new(room: RoomId, seq: Seq) -> Self {
        Self { room, seq }
    }

    /// The room that holds the message.
    #[must_use]
    pub fn room(&self) -> &RoomId {
        &self.room
    }

    /// The message's position in its room.
    #[must_use]
    pub fn seq(&self) -> Seq {
        self.seq
    }
}

impl FromStr for RoomId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let valid = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        match (1..=64).contains(&text.len()) && text.chars().all(valid) {
            true => Ok(Self(text.to_owned())),
            false => Err(Error::bad_input("roomId", "a room id is 1 to 64 of A-Z a-z 0-9 _ -")),
        }
    }
}

impl FromStr for UserId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        opaque(text, "userId").map(Self)
    }
}

impl FromStr for ClientMessageId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        opaque(text, "clientMessageId").map(Self)
    }
}

impl FromStr for MessageId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let malformed =
            || Error::bad_input("messageId", "a message id is a room id, a dot and a position");
        let (room, seq) = text.rsplit_once('.').ok_or_else(malformed)?;
        // Exactly one spelling per message: clients compare ids as text.
        if seq.starts_with(['0', '+']) || seq.len() > 10 {
            return Err(malformed());
        }
        Ok(Self {
            room: room.parse().map_err(|_| malformed())?,
            seq: seq.parse().map_err(|_| malformed())?,
        })
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.room, self.seq)
    }
}

fn opaque(text: &str, field: &'static str) -> Result<String, Error> {
    match (1..=128).contains(&text.len()) && text.chars().all(|c| c.is_ascii_graphic() && c != '#')
    {
        true => Ok(text.to_owned()),
        false => Err(Error::bad_input(
            field,
            "an id is 1 to 128 printable ASCII characters without spaces and #",
        )),
    }
}

/// Text form, serde and GraphQL (`ID`) of an identifier, all by its `FromStr` and `Display`.
macro_rules! id_scalar {
    ($($id:ident)*) => {$(
        impl TryFrom<String> for $id {
            type Error = Error;
            fn try_from(text: String) -> Result<Self, Error> {
                text.parse()
            }
        }

        impl From<$id> for String {
            fn from(id: $id) -> Self {
                id.to_string()
            }
        }

        impl InputType for $id {
            type RawValueType = Self;

            fn type_name() -> Cow<'static, str> {
                <ID as InputType>::type_name()
            }

            fn create_type_info(registry: &mut Registry) -> String {
                <ID as InputType>::create_type_info(registry)
            }

            fn parse(value: Option<Value>) -> InputValueResult<Self> {
                let ID(text) = ID::parse(value).map_err(InputValueError::propagate)?;
                text.parse().map_err(InputValueError::custom)
            }

            fn to_value(&self) -> Value {
                Value::String(self.to_string())
            }

            fn as_raw_value(&self) -> Option<&Self> {
                Some(self)
            }
        }

        impl OutputType for $id {
            fn type_name() -> Cow<'static, str> {
                <ID as OutputType>::type_name()
            }

            fn create_type_info(registry: &mut Registry) -> String {
                <ID as OutputType>::create_type_info(registry)
            }

            async fn resolve(
                &self,
                _: &async_graphql::ContextSelectionSet<'_>,
                _: &async_graphql::Positioned<async_graphql::parser::types::Field>,
            ) -> async_graphql::ServerResult<Value> {
                Ok(Value::String(self.to_string()))
            }
        }
    )*};
}

macro_rules! display_inner {
    ($($id:ident)*) => {$(
        impl fmt::Display for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

id_scalar!(RoomId UserId ClientMessageId MessageId);
display_inner!(RoomId UserId ClientMessageId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_id_has_exactly_one_spelling() {
        let id: MessageId = "town-hall.42".parse().unwrap();
        assert_eq!(
            (id.room().as_str(), id.seq(), id.to_string().as_str()),
            ("town-hall", 42, "town-hall.42")
        );
        for text in [
            "town-hall",
            "town-hall.",
            ".1",
            "r.01",
            "r.+1",
            "r.0",
            "r.-1",
            "r.99999999999",
            "a b.1",
            "r#x.1",
        ] {
            assert!(text.parse::<MessageId>().is_err(), "{text}");
        }
    }

    #[test]
    fn no_id_can_smuggle_a_key_separator() {
        assert!("a#b".parse::<RoomId>().is_err());
        assert!("a#b".parse::<UserId>().is_err());
        assert!("a#b".parse::<ClientMessageId>().is_err());
        assert!("".parse::<UserId>().is_err());
        assert!("x".repeat(65).parse::<RoomId>().is_err());
    }
}
