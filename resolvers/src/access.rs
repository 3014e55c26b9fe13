//! Who may do what. Default is deny: a resolver that needs a room gets it by [`Ctx::require`] or not at all.

use crate::{Audience, Ctx};
use schema::{Author, Capability, Error, MessageKind, Result, Role, Room, RoomStatus};

impl Ctx {
    /// The caller's role in a room.
    pub fn role(&self) -> Role {
        self.roles().role_of(&self.identity.groups)
    }

    /// Refuses a caller whose role does not allow this.
    pub fn require(&self, capability: Capability) -> Result<Role> {
        let role = self.role();
        match role.allows(capability) {
            true => Ok(role),
            false => Err(Error::Forbidden(capability)),
        }
    }

    /// With whom the caller shares what a room delivers.
    pub fn audience(&self) -> Audience {
        match self.role().is_staff() {
            true => Audience::Staff,
            false => Audience::Participants,
        }
    }

    /// The caller as the author of what is sent now.
    pub fn author(&self, role: Role) -> Author {
        Author {
            user_id: self.identity.sub.clone(),
            display_name: self.identity.display_name(),
            avatar_url: self.identity.avatar_url(),
            role,
        }
    }
}

/// Refuses what the room does not allow this role to send now.
pub fn require_open(room: &Room, role: Role) -> Result<()> {
    match (room.status, role) {
        (RoomStatus::Open, _) => Ok(()),
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
pub fn require_enabled(room: &Room, role: Role, capability: Capability) -> Result<()> {
    let settings = &room.settings;
    let enabled = match capability {
        Capability::SendMessage => settings.chat_enabled,
        Capability::AskQuestion => settings.questions_enabled,
        Capability::Reply => settings.participants_can_reply,
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
        read_at: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLES: [Role; 4] = [Role::Host, Role::Moderator, Role::Speaker, Role::Participant];

    #[test]
    fn only_staff_speaks_before_the_event_and_nobody_after_it() {
        let allowed = |status| {
            let room = Room { status, ..room_for_tests() };
            ROLES.map(|role| require_open(&room, role).is_ok())
        };
        assert_eq!(allowed(RoomStatus::Open), [true; 4]);
        assert_eq!(allowed(RoomStatus::Scheduled), [true, true, true, false]);
        assert_eq!(allowed(RoomStatus::Paused), [true, true, true, false]);
        assert_eq!(allowed(RoomStatus::Closed), [false; 4]);
    }
}
