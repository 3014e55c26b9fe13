//! People of a room who are more or less than everybody else: a role of their own, a sanction, messages that are hidden.
//!
//! Every node that has a room open holds all of them, so that nobody's join or message asks the table who they are.

use schema::{DateTime, Error, Message, Result, Role, Sanction, SanctionType, Seq, UserId};
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, sync::Arc};

/// What one person is in a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    /// The person.
    pub user_id: UserId,
    /// The role in this room, where it is not what the groups give.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// A mute, perhaps over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mute: Option<Sanction>,
    /// A ban, perhaps over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ban: Option<Sanction>,
    /// Grows with every change.
    pub version: u32,
}

/// That what somebody sent is hidden.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hide {
    /// Whose messages.
    pub user_id: UserId,
    /// Only what was sent from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<DateTime>,
    /// Only what stands before this position.
    pub until: Seq,
    /// When it was hidden.
    pub at: DateTime,
}

/// Everybody of a room of whom there is something to say.
#[derive(Clone, Debug, Default)]
pub struct People {
    members: HashMap<UserId, Arc<Member>>,
    hides: HashMap<UserId, Vec<Hide>>,
}

impl Member {
    /// Somebody of whom there was nothing to say until now.
    #[must_use]
    pub fn new(user_id: UserId) -> Self {
        Self { user_id, role: None, mute: None, ban: None, version: 0 }
    }

    /// The sanction of a type, if it holds.
    #[must_use]
    pub fn sanction(&self, of: SanctionType, now: DateTime) -> Option<&Sanction> {
        let sanction = match of {
            SanctionType::Mute => &self.mute,
            SanctionType::Ban => &self.ban,
        };
        sanction.as_ref().filter(|sanction| sanction.holds(now))
    }

    /// Refuses who is banned.
    pub fn may_be_here(&self, now: DateTime) -> Result<()> {
        match self.sanction(SanctionType::Ban, now) {
            Some(ban) => Err(Error::Banned { until: ban.expires_at }),
            None => Ok(()),
        }
    }

    /// Refuses who is muted.
    pub fn may_speak(&self, now: DateTime) -> Result<()> {
        match self.sanction(SanctionType::Mute, now) {
            Some(mute) => Err(Error::Muted { until: mute.expires_at }),
            None => Ok(()),
        }
    }
}

impl Hide {
    /// Whether it hides this message. What was sent without a name stays: hiding it would tell whose it is.
    #[must_use]
    pub fn covers(&self, message: &Message) -> bool {
        message.author.as_ref().is_some_and(|author| author.user_id == self.user_id)
            && message.seq < self.until
            && self.since.is_none_or(|since| message.created_at >= since)
    }
}

impl People {
    /// What one person is; `None` when there is nothing to say.
    #[must_use]
    pub fn member(&self, user: &UserId) -> Option<&Arc<Member>> {
        self.members.get(user)
    }

    /// Takes over what a person is now, unless something newer is known; tells whether it did.
    pub(crate) fn learn(&mut self, member: Member) -> bool {
        let known = self.members.get(&member.user_id);
        let is_news = known.is_none_or(|known| known.version < member.version);
        if is_news {
            self.members.insert(member.user_id.clone(), Arc::new(member));
        }
        is_news
    }

    /// Everything that is hidden.
    pub(crate) fn hides(&self) -> impl Iterator<Item = &Hide> {
        self.hides.values().flatten()
    }

    /// Takes over that messages are hidden.
    pub(crate) fn hide(&mut self, hide: Hide) {
        let hides = self.hides.entry(hide.user_id.clone()).or_default();
        if !hides.contains(&hide) {
            // One that hides all makes the earlier ones needless.
            if hide.since.is_none() {
                hides.retain(|earlier| earlier.until > hide.until);
            }
            hides.push(hide);
        }
    }

    /// A message as everybody may see it: a tombstone, if its author's messages are hidden.
    #[must_use]
    pub fn shown(&self, message: Message) -> Message {
        if self.hides.is_empty() || message.content.is_none() {
            return message;
        }
        let hides = message.author.as_ref().and_then(|author| self.hides.get(&author.user_id));
        match hides.into_iter().flatten().find(|hide| hide.covers(&message)) {
            Some(hide) => message.tombstone(hide.at),
            None => message,
        }
    }

    /// The sanctions that hold now, oldest first.
    #[must_use]
    pub fn sanctions(&self, now: DateTime) -> Vec<Sanction> {
        let of = |member: &Arc<Member>| {
            [SanctionType::Mute, SanctionType::Ban]
                .into_iter()
                .filter_map(|of| member.sanction(of, now).cloned())
                .collect::<Vec<_>>()
        };
        let mut sanctions: Vec<_> = self.members.values().flat_map(of).collect();
        sanctions.sort_by_cached_key(sanction_order);
        sanctions
    }
}

/// Where a sanction stands among those of its room: by when it was imposed.
#[must_use]
pub fn sanction_order(sanction: &Sanction) -> String {
    let at = sanction.created_at.as_millis().max(0);
    format!("{at:015}#{}#{:?}", sanction.user_id, sanction.r#type)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::function::message::message_for_tests;
    use schema::{MessageKind, MessageStatus};

    fn message(by: &str, seq: Seq) -> Message {
        let at = DateTime::from_millis(seq as i64);
        Message { seq, ..message_for_tests(by, MessageKind::Chat, at) }
    }

    #[test]
    fn hiding_covers_one_author_up_to_a_position_and_spares_what_has_no_name() {
        let mut people = People::default();
        let (at, since) = (DateTime::from_millis(99), Some(DateTime::from_millis(3)));
        people.hide(Hide { user_id: "eve".parse().unwrap(), since, until: 7, at });
        let status = |message: Message| people.shown(message).status;
        assert_eq!(status(message("eve", 2)), MessageStatus::Published);
        assert_eq!(status(message("eve", 3)), MessageStatus::Deleted);
        assert_eq!(status(message("eve", 7)), MessageStatus::Published);
        assert_eq!(status(message("ada", 3)), MessageStatus::Published);
        let anonymous =
            Message { author: None, sender: Some("eve".parse().unwrap()), ..message("eve", 3) };
        assert_eq!(status(anonymous), MessageStatus::Published);
        let held = Message { status: MessageStatus::Held, ..message("eve", 3) };
        assert_eq!(status(held), MessageStatus::Rejected, "nobody has been shown it");
    }

    #[test]
    fn what_is_older_than_what_is_known_is_not_believed() {
        let (mut people, user) = (People::default(), "eve".parse::<UserId>().unwrap());
        let of = |version, role| Member { version, role, ..Member::new("eve".parse().unwrap()) };
        people.learn(of(2, Some(Role::Speaker)));
        people.learn(of(1, None));
        assert_eq!(people.member(&user).unwrap().role, Some(Role::Speaker));
    }
}
