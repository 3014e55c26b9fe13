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
    /// Upvote messages.
    Upvote,
    /// React to messages and to the room.
    React,
    /// Edit one's own messages for a while.
    EditOwn,
    /// Delete one's own messages.
    DeleteOwn,
    /// Say where a question is on its way to an answer.
    Answer,
    /// Pin messages.
    Pin,
    /// Send announcements.
    Announce,
    /// Delete and hide anybody's messages.
    DeleteAny,
    /// Mute people.
    Mute,
    /// Ban people.
    Ban,
    /// See and judge messages that are held, and what is reported.
    Review,
    /// Create rooms and change them, give roles, read the audit log.
    ManageRoom,
}

/// Each role may do what the roles below it may do, and something more.
const BY_RANK: [Capability; 16] = {
    use Capability as C;
    [
        C::Read,
        C::SendMessage,
        C::AskQuestion,
        C::Reply,
        C::Upvote,
        C::React,
        C::EditOwn,
        C::DeleteOwn,
        // Speakers.
        C::Answer,
        // Moderators.
        C::Pin,
        C::Announce,
        C::DeleteAny,
        C::Mute,
        C::Ban,
        C::Review,
        // Hosts.
        C::ManageRoom,
    ]
};
const PARTICIPANT: usize = 8;
const SPEAKER: usize = 9;
const MODERATOR: usize = 15;

impl Role {
    /// All roles, the highest first.
    pub const ALL: [Self; 4] = [Self::Host, Self::Moderator, Self::Speaker, Self::Participant];

    /// Everything this role allows.
    #[must_use]
    pub fn capabilities(self) -> &'static [Capability] {
        match self {
            Self::Host => &BY_RANK,
            Self::Moderator => &BY_RANK[..MODERATOR],
            Self::Speaker => &BY_RANK[..SPEAKER],
            Self::Participant => &BY_RANK[..PARTICIPANT],
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
