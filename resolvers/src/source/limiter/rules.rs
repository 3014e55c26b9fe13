//! Which limits apply to an action, and which bucket each of them counts in.

use super::{Admit, bucket::TokenBucket};
use sha2::{Digest, Sha256};
use std::{fmt, time::Duration};

/// What somebody does. Each has a bucket per user of its own, so that who votes eagerly may still speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Sends a message, a question or a reply, or edits one.
    Send,
    /// Votes or reacts.
    React,
    /// Reports a message.
    Report,
    /// Changes the own profile.
    Profile,
}

/// What applies to an action; `None` is no limit. Whoever is exempt is given fewer rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// How often one user may do this, in one room where it is done in a room.
    pub user: Option<TokenBucket>,
    /// The pause between two messages of one user in the room.
    pub slow_mode: Option<Duration>,
    /// For how long the same text of the same user is refused.
    pub unique_for: Option<Duration>,
    /// How often everybody together may do this in the room.
    pub room: Option<TokenBucket>,
}

/// Stands for a text, so that texts are compared without being kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 16]);

/// One limit of a decision: a bucket, and the key under which it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Check {
    pub(super) limit: Limit,
    pub(super) key: String,
    pub(super) bucket: TokenBucket,
}

/// Which limit it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    User,
    SlowMode,
    Duplicate,
    Room,
}

impl Rules {
    /// The checks of an action, in the order in which they refuse.
    ///
    /// The braces make the place alone decide the slot of a cluster, so that one script reaches all of the keys. A room's id
    /// has no slash, so that no user is taken for one.
    pub(super) fn checks(&self, admit: &Admit) -> Vec<Check> {
        let Admit { room, user, action, text, .. } = admit;
        let (user, action) = (user.as_str(), action.label());
        let place = room.as_ref().map_or_else(|| format!("user/{user}"), ToString::to_string);
        let own = self.user.map(|bucket| (Limit::User, format!("{action}:{user}"), bucket));
        let pause = self.slow_mode.filter(|pause| !pause.is_zero()).map(TokenBucket::once_in);
        let pause = pause.map(|bucket| (Limit::SlowMode, format!("slow:{user}"), bucket));
        let same = self.unique_for.zip(*text).map(|(time, text)| {
            (Limit::Duplicate, format!("text:{text}:{user}"), TokenBucket::once_in(time))
        });
        let all = self.room.map(|bucket| (Limit::Room, format!("{action}:"), bucket));
        let check = |(limit, name, bucket)| Check {
            limit,
            key: format!("plenary:{{{place}}}:{name}"),
            bucket,
        };
        [own, pause, same, all].into_iter().flatten().map(check).collect()
    }
}

impl Fingerprint {
    /// The fingerprint of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let digest = Sha256::digest(text.as_bytes());
        // Half of it is far more than a few seconds of one user's texts need.
        let mut half = [0; 16];
        half.copy_from_slice(&digest[..16]);
        Self(half)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Action {
    /// The action's name in keys and metrics.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::React => "react",
            Self::Report => "report",
            Self::Profile => "profile",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admit(rules: Rules) -> Admit {
        Admit {
            room: Some("town-hall".parse().unwrap()),
            user: "ada".parse().unwrap(),
            action: Action::Send,
            rules,
            text: Some(Fingerprint::of("hello")),
        }
    }

    #[test]
    fn every_key_of_a_room_has_its_slot() {
        let second = Duration::from_secs(1);
        let rules = Rules {
            user: TokenBucket::per_second(1, 5),
            slow_mode: Some(second),
            unique_for: Some(second),
            room: TokenBucket::per_second(20, 20),
        };
        let keys: Vec<String> =
            rules.checks(&admit(rules)).into_iter().map(|check| check.key).collect();
        assert_eq!(
            keys,
            [
                "plenary:{town-hall}:send:ada",
                "plenary:{town-hall}:slow:ada",
                "plenary:{town-hall}:text:2cf24dba5fb0a30e26e83b2ac5b9e29e:ada",
                "plenary:{town-hall}:send:",
            ]
        );
    }

    #[test]
    fn what_is_done_in_no_room_is_counted_for_the_user() {
        let rules = Rules { user: TokenBucket::per_second(1, 5), ..Rules::default() };
        let admit = Admit { room: None, action: Action::Profile, ..admit(rules) };
        assert_eq!(rules.checks(&admit)[0].key, "plenary:{user/ada}:profile:ada");
    }

    #[test]
    fn what_does_not_apply_is_not_checked() {
        assert_eq!(Rules::default().checks(&admit(Rules::default())), []);
        let rules = Rules {
            slow_mode: Some(Duration::ZERO),
            unique_for: Some(Duration::from_secs(30)),
            ..Rules::default()
        };
        assert_eq!(rules.checks(&Admit { text: None, ..admit(rules) }), []);
    }
}
