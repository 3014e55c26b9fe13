//! Who may do what. Default is deny: a resolver that needs a room gets it by [`Ctx::enter`] or not at all.

use crate::{
    Audience, Ctx,
    log::{Feed, OpenRoom},
    people::Member,
    source::profiles::FindProfile,
};
use schema::{
    Author, Capability, DateTime, Error, MessageKind, Result, Role, Room, RoomId, RoomStatus,
};
use std::sync::Arc;

/// A room that the caller may do something in.
pub struct Place {
    /// The room on this node.
    pub feed: Feed,
    /// The caller's role in it.
    pub role: Role,
    /// What else there is to say of the caller.
    member: Option<Arc<Member>>,
}

impl Ctx {
    /// The caller's role in all rooms.
    pub fn role(&self) -> Role {
        self.roles().role_of(&self.identity.groups)
    }

    /// Refuses a caller whose role in all rooms does not allow this. For what is not in a room.
    pub fn require(&self, capability: Capability) -> Result<Role> {
        let role = self.role();
        allowed(role, capability).map(|()| role)
    }

    /// Opens a room for a caller who may do this in it. Who is banned may do nothing, who is muted may not be heard; hosts can be
    /// neither.
    pub async fn enter(&self, room: &RoomId, capability: Capability) -> Result<Place> {
        let feed = self.run(OpenRoom(room.clone())).await?;
        let member = feed.member(&self.identity.sub);
        let given = member.as_ref().and_then(|member| member.role);
        let place = Place { feed, role: given.unwrap_or_else(|| self.role()), member };
        if let Some(member) = place.bound() {
            member.may_be_here(self.now)?;
        }
        place.may(capability, self.now)?;
        Ok(place)
    }

    /// Opens a room for a field of it; `None` for who is banned there. Whoever lists rooms may be banned from some; a subscription that is executed for many has
    /// let each of them in.
    pub async fn see(&self, room: &RoomId) -> Result<Option<Feed>> {
        if self.reading.is_from_now() {
            return self.run(OpenRoom(room.clone())).await.map(Some);
        }
        match self.enter(room, Capability::Read).await {
            Ok(place) => Ok(Some(place.feed)),
            // One such room must not take the others from the list.
            Err(Error::Banned { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The caller as the author of what is sent now.
    pub async fn author(&self, role: Role) -> Result<Author> {
        let profile = self.run(FindProfile(self.identity.sub.clone())).await?;
        Ok(Author {
            user_id: self.identity.sub.clone(),
            display_name: profile.display_name(&self.identity),
            avatar_url: profile.avatar_url(&self.identity),
            role,
        })
    }
}

impl Place {
    /// With whom the caller shares what the room delivers.
    pub fn audience(&self) -> Audience {
        match self.role.is_staff() {
            true => Audience::Staff,
            false => Audience::Participants,
        }
    }

    /// Refuses what this role does not allow.
    pub fn require(&self, capability: Capability) -> Result<()> {
        allowed(self.role, capability)
    }

    /// Refuses what the caller's role does not allow, and who is muted.
    pub fn may(&self, capability: Capability, now: DateTime) -> Result<()> {
        match self.bound() {
            Some(member) if is_heard(capability) => member.may_speak(now)?,
            _ => {}
        }
        allowed(self.role, capability)
    }

    /// Whose sanctions bind the caller; they do not bind hosts.
    fn bound(&self) -> Option<&Member> {
        self.member.as_deref().filter(|_| self.role != Role::Host)
    }

    /// The room, if it is open and allows this role to do this now.
    pub fn open_for(&self, capability: Capability) -> Result<Room> {
        let room = self.feed.room();
        require_open(&room, self.role, capability)?;
        require_enabled(&room, self.role, capability)?;
        Ok(room)
    }
}

fn allowed(role: Role, capability: Capability) -> Result<()> {
    match role.allows(capability) {
        true => Ok(()),
        false => Err(Error::Forbidden(capability)),
    }
}

/// Whether others notice it: what a mute forbids.
fn is_heard(capability: Capability) -> bool {
    use Capability as C;
    match capability {
        C::SendMessage
        | C::AskQuestion
        | C::Reply
        | C::Upvote
        | C::React
        | C::EditOwn
        | C::Announce => true,
        C::Read
        | C::DeleteOwn
        | C::Answer
        | C::Pin
        | C::DeleteAny
        | C::Mute
        | C::Ban
        | C::Review
        | C::ManageRoom => false,
    }
}

/// Refuses what the room does not allow this role to do now.
///
/// | status | participants | staff |
/// |---|---|---|
/// | `SCHEDULED` | read | everything |
/// | `OPEN` | everything | everything |
/// | `PAUSED` | read, upvote, react | everything |
/// | `CLOSED` | read | read, and keep order |
fn require_open(room: &Room, role: Role, capability: Capability) -> Result<()> {
    let votes = matches!(capability, Capability::Upvote | Capability::React);
    match (room.status, role) {
        (RoomStatus::Open, _) => Ok(()),
        (RoomStatus::Paused, _) if votes => Ok(()),
        (RoomStatus::Scheduled | RoomStatus::Paused, role) if role.is_staff() => Ok(()),
        _ => Err(Error::RoomNotOpen),
    }
}

/// What a role needs to send a message of this kind.
pub fn to_send(kind: MessageKind) -> Capability {
    match kind {
        MessageKind::Chat => Capability::SendMessage,
        MessageKind::Question => Capability::AskQuestion,
        MessageKind::Announcement => Capability::Announce,
    }
}

/// Refuses participants what the room's settings have switched off.
fn require_enabled(room: &Room, role: Role, capability: Capability) -> Result<()> {
    let settings = &room.settings;
    let enabled = match capability {
        Capability::SendMessage => settings.chat_enabled,
        Capability::AskQuestion => settings.questions_enabled,
        Capability::Reply => settings.participants_can_reply,
        Capability::React => settings.reactions_enabled,
        _ => true,
    };
    match enabled || role.is_staff() {
        true => Ok(()),
        false => Err(Error::Forbidden(capability)),
    }
}

/// A room with the default settings.
#[cfg(test)]
pub(crate) fn room_for_tests() -> Room {
    let at = schema::DateTime::from_millis(0);
    Room {
        id: "r".parse().unwrap(),
        name: "r".into(),
        status: RoomStatus::Open,
        settings: schema::RoomSettings::default(),
        metadata: None,
        created_at: at,
        updated_at: at,
        starts_at: None,
        closed_at: None,
        version: 1,
        pinned: Vec::new(),
        read_at: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_staff_speaks_before_the_event_and_nobody_after_it() {
        let allowed = |status, capability| {
            let room = Room { status, ..room_for_tests() };
            Role::ALL.map(|role| require_open(&room, role, capability).is_ok())
        };
        let (send, vote) = (Capability::SendMessage, Capability::Upvote);
        assert_eq!(allowed(RoomStatus::Open, send), [true; 4]);
        assert_eq!(allowed(RoomStatus::Scheduled, send), [true, true, true, false]);
        assert_eq!(allowed(RoomStatus::Paused, send), [true, true, true, false]);
        assert_eq!(allowed(RoomStatus::Paused, vote), [true; 4]);
        assert_eq!(allowed(RoomStatus::Closed, send), [false; 4]);
        assert_eq!(allowed(RoomStatus::Closed, vote), [false; 4]);
    }

    #[test]
    fn a_switched_off_thing_is_for_staff_alone() {
        let settings =
            schema::RoomSettings { reactions_enabled: false, ..schema::RoomSettings::default() };
        let room = Room { settings, ..room_for_tests() };
        let allowed = Role::ALL.map(|role| require_enabled(&room, role, Capability::React).is_ok());
        assert_eq!(allowed, [true, true, true, false]);
    }
}
