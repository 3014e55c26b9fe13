//! Those who are told what is not for everybody: each person what concerns it, those who keep order what they have to look
//! at, and the server whom it must not let go on as before.

use super::Feed;
use crate::{log::tail::Notice, people::Member};
use schema::{
    DateTime, Message, MessageHeld, MessageReported, MessageReviewed, ModerationEvent, RoleChanged,
    RoomId, SanctionLifted, SanctionType, Sanctioned, UserId, ViewerEvent,
};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::sync::{broadcast, mpsc};

/// What may wait for one watcher. Who is further behind is let go and begins anew.
const WAITING: usize = 64;

/// That somebody must not go on as before: the server ends the person's connections, and what comes back is judged anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expelled {
    /// The room.
    pub room_id: RoomId,
    /// The person.
    pub user_id: UserId,
    /// Why.
    pub cause: Expulsion,
}

/// Why somebody must not go on as before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expulsion {
    /// The person was banned.
    Banned,
    /// The person may do and see something else now.
    RoleChanged,
}

/// The watchers of a room on this node.
pub(super) struct Watchers {
    expelled: broadcast::Sender<Expelled>,
    lists: Mutex<Lists>,
}

#[derive(Default)]
struct Lists {
    /// In boxes, because a channel keeps room for many: participants who are only told of themselves must cost little.
    viewers: HashMap<UserId, Vec<mpsc::Sender<Box<ViewerEvent>>>>,
    moderators: Vec<mpsc::Sender<ModerationEvent>>,
}

impl Feed {
    /// What those who keep order have to look at from now on.
    pub(crate) fn watch_moderation(&self) -> mpsc::Receiver<ModerationEvent> {
        let (sender, events) = mpsc::channel(WAITING);
        let mut lists = self.shared.watchers.lock();
        lists.moderators.retain(|other| !other.is_closed());
        lists.moderators.push(sender);
        events
    }
}

impl Watchers {
    pub(super) fn new(expelled: broadcast::Sender<Expelled>) -> Self {
        Self { expelled, lists: Mutex::default() }
    }

    /// Tells whom a notice concerns.
    pub(super) fn tell(&self, room: &RoomId, notice: Notice) {
        match notice {
            Notice::Member { before, after } => self.tell_member(room, before.as_deref(), &after),
            Notice::Reviewed { message, reason } => {
                let sender = message.sender.clone();
                let sender = sender.or(message.author.as_ref().map(|by| by.user_id.clone()));
                let event = ViewerEvent::MessageReviewed(MessageReviewed { message, reason });
                sender.iter().for_each(|sender| self.tell_viewer(sender, &event));
            }
            Notice::Held(message) => {
                self.tell_moderators(&ModerationEvent::MessageHeld(MessageHeld { message }));
            }
            // Everybody is told.
            Notice::Hidden(_) => {}
        }
    }

    /// Whether anybody here looks at what is held and reported.
    pub(super) fn has_moderators(&self) -> bool {
        !self.lock().moderators.is_empty()
    }

    /// Somebody has reported a message.
    pub(super) fn reported(&self, message: Message, report_count: u32, reason: String) {
        let reported = MessageReported { message, report_count, reason };
        self.tell_moderators(&ModerationEvent::MessageReported(reported));
    }

    fn tell_member(&self, room: &RoomId, before: Option<&Member>, after: &Member) {
        let user = &after.user_id;
        for event in changes(before, after) {
            self.tell_viewer(user, &event);
            let cause = match &event {
                ViewerEvent::RoleChanged(_) => Expulsion::RoleChanged,
                ViewerEvent::Sanctioned(sanctioned)
                    if sanctioned.sanction.r#type == SanctionType::Ban =>
                {
                    Expulsion::Banned
                }
                _ => continue,
            };
            let (room_id, user_id) = (room.clone(), user.clone());
            // Nobody listens in a process without sockets.
            let _ = self.expelled.send(Expelled { room_id, user_id, cause });
        }
    }

    fn tell_viewer(&self, user: &UserId, event: &ViewerEvent) {
        let mut lists = self.lock();
        let Some(watching) = lists.viewers.get_mut(user) else { return };
        watching.retain(|watcher| watcher.try_send(Box::new(event.clone())).is_ok());
        if watching.is_empty() {
            lists.viewers.remove(user);
        }
    }

    /// Adds somebody who watches what concerns a person.
    pub(super) fn add_viewer(&self, user: &UserId) -> mpsc::Receiver<Box<ViewerEvent>> {
        let (sender, events) = mpsc::channel(WAITING);
        self.lock().viewers.entry(user.clone()).or_default().push(sender);
        events
    }

    /// Forgets the watches of a person that have ended.
    pub(super) fn forget_viewer(&self, user: &UserId) {
        let mut lists = self.lock();
        let Some(watching) = lists.viewers.get_mut(user) else { return };
        watching.retain(|watcher| !watcher.is_closed());
        if watching.is_empty() {
            lists.viewers.remove(user);
        }
    }

    fn tell_moderators(&self, event: &ModerationEvent) {
        self.lock().moderators.retain(|watcher| watcher.try_send(event.clone()).is_ok());
    }

    fn lock(&self) -> MutexGuard<'_, Lists> {
        self.lists.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is new to a person.
fn changes(before: Option<&Member>, after: &Member) -> Vec<ViewerEvent> {
    let now = DateTime::now();
    let mut changes = Vec::new();
    for of in [SanctionType::Mute, SanctionType::Ban] {
        let was = before.and_then(|before| before.sanction(of, now));
        match (was, after.sanction(of, now)) {
            (was, Some(is)) if was != Some(is) => {
                changes.push(ViewerEvent::Sanctioned(Sanctioned { sanction: is.clone() }));
            }
            (Some(_), None) => {
                changes.push(ViewerEvent::SanctionLifted(SanctionLifted { r#type: of }));
            }
            _ => {}
        }
    }
    if let Some(role) =
        after.role.filter(|role| before.and_then(|before| before.role) != Some(*role))
    {
        let capabilities = role.capabilities().to_vec();
        changes.push(ViewerEvent::RoleChanged(RoleChanged { role, capabilities }));
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use schema::{Role, Sanction};

    fn member(mute: bool, role: Option<Role>) -> Member {
        let user_id: UserId = "eve".parse().unwrap();
        let sanction = || Sanction {
            room_id: "r".parse().unwrap(),
            r#type: SanctionType::Mute,
            user_id: "eve".parse().unwrap(),
            reason: None,
            created_by: "ada".parse().unwrap(),
            created_at: DateTime::from_millis(0),
            expires_at: None,
        };
        Member { role, mute: mute.then(sanction), ..Member::new(user_id) }
    }

    #[test]
    fn a_person_is_told_what_is_new_to_it() {
        let told = |before: Option<Member>, after: Member| -> Vec<&'static str> {
            let name = |event: &ViewerEvent| match event {
                ViewerEvent::Sanctioned(_) => "sanctioned",
                ViewerEvent::SanctionLifted(_) => "lifted",
                ViewerEvent::RoleChanged(_) => "role",
                ViewerEvent::MessageReviewed(_) => "reviewed",
            };
            changes(before.as_ref(), &after).iter().map(name).collect()
        };
        assert_eq!(told(None, member(true, None)), ["sanctioned"]);
        assert_eq!(told(Some(member(true, None)), member(true, None)), [""; 0]);
        assert_eq!(told(Some(member(true, None)), member(false, None)), ["lifted"]);
        assert_eq!(told(None, member(false, Some(Role::Speaker))), ["role"]);
    }

    #[tokio::test]
    async fn who_does_not_read_is_let_go() {
        let watchers = Watchers::new(broadcast::Sender::new(1));
        let (sender, mut events) = mpsc::channel(1);
        let user: UserId = "eve".parse().unwrap();
        watchers.lock().viewers.insert(user.clone(), vec![sender]);
        let lifted = ViewerEvent::SanctionLifted(SanctionLifted { r#type: SanctionType::Mute });
        watchers.tell_viewer(&user, &lifted);
        watchers.tell_viewer(&user, &lifted);
        assert!(watchers.lock().viewers.is_empty());
        assert_eq!((events.recv().await, events.recv().await), (Some(Box::new(lifted)), None));
    }
}
