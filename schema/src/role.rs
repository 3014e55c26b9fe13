//! Roles and what each may do: the one table. What is not listed is refused.

use async_graphql::Enum;
use serde::{Deserialize, Serialize};

/// What somebody is in a room.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Role {
    /// Runs the event.
    Host,
    /// Keeps order.
    Moderator,
    /// Is on stage.
    Speaker,
    /// Everybody else.
    Participant,
}

/// One thing that a role may allow.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Capability {
    /// Read the room and follow it.
    Read,
    /// Send chat messages.
    SendMessage,
    /// Ask questions.
    AskQuestion,
    /// Reply to messages.
    Reply,
    /// Edit one's own messages for a while.
    EditOwn,
    /// Delete one's own messages.
    DeleteOwn,
    /// Send announcements.
    Announce,
    /// Delete anybody's messages.
    DeleteAny,
    /// Create rooms and change them.
    ManageRoom,
}

impl Role {
    /// Everything this role allows.
    #[must_use]
    pub fn capabilities(self) -> &'static [Capability] {
        use Capability as C;
        match self {
            Self::Host => &[
                C::Read,
                C::SendMessage,
                C::AskQuestion,
                C::Reply,
                C::EditOwn,
                C::DeleteOwn,
                C::Announce,
                C::DeleteAny,
                C::ManageRoom,
            ],
            Self::Moderator => &[
                C::Read,
                C::SendMessage,
                C::AskQuestion,
                C::Reply,
                C::EditOwn,
                C::DeleteOwn,
                C::Announce,
                C::DeleteAny,
            ],
            Self::Speaker | Self::Participant => {
                &[C::Read, C::SendMessage, C::AskQuestion, C::Reply, C::EditOwn, C::DeleteOwn]
            }
        }
    }

    /// Whether the role allows a thing.
    #[must_use]
    pub fn allows(self, capability: Capability) -> bool {
        self.capabilities().contains(&capability)
    }

    /// Hosts, moderators and speakers, whom the limits for the crowd do not bind.
    #[must_use]
    pub fn is_staff(self) -> bool {
        self != Self::Participant
    }
}
