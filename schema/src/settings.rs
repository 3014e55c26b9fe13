//! What a room allows: its settings, and how they are changed.

use crate::{Error, Result, ReviewMode};
use async_graphql::{InputObject, SimpleObject};
use serde::{Deserialize, Serialize};
use std::{ops::RangeInclusive, time::Duration};

/// What a room allows.
#[derive(SimpleObject, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RoomSettings {
    /// Seconds one participant waits between messages; 0 is off. Staff is exempt.
    pub slow_mode_seconds: u32,
    /// Messages per second the room accepts from everybody together; beyond it: `ROOM_BUSY`. Staff is exempt.
    pub max_accept_rate: u32,
    /// Chat messages per second pushed to each participant. The rest is stored, counted in `skippedMessages` and
    /// readable as history. Questions, replies, announcements and staff messages are always pushed.
    pub max_delivery_rate: u32,
    /// The longest message, in Unicode code points.
    pub max_message_length: u32,
    /// Which messages of participants wait for a review before others see them.
    pub review_mode: ReviewMode,
    /// Whether participants may send chat messages.
    pub chat_enabled: bool,
    /// Whether participants may ask questions.
    pub questions_enabled: bool,
    /// Whether participants may reply.
    pub participants_can_reply: bool,
    /// Whether participants may react.
    pub reactions_enabled: bool,
    /// Whether questions may be asked without a name.
    pub anonymous_questions: bool,
    /// Refuse the same text from the same author within 30 s. Staff is exempt.
    pub unique_messages: bool,
    /// For how long authors may edit their own messages, in seconds.
    pub edit_window_seconds: u32,
    /// The names that reactions may have.
    pub allowed_reactions: Vec<String>,
    /// For how long messages are kept, in days.
    pub retention_days: u32,
    /// Terms whose messages wait for a review. Not for everybody's eyes: [`Room::held_terms`](crate::Room).
    #[graphql(skip)]
    pub held_terms: Vec<String>,
    /// Terms whose messages are refused. Likewise.
    #[graphql(skip)]
    pub refused_terms: Vec<String>,
}

impl Default for RoomSettings {
    fn default() -> Self {
        let reactions = ["like", "love", "laugh", "wow", "applause", "sad"];
        Self {
            slow_mode_seconds: 0,
            max_accept_rate: 200,
            max_delivery_rate: 50,
            max_message_length: 500,
            review_mode: ReviewMode::Off,
            chat_enabled: true,
            questions_enabled: true,
            participants_can_reply: true,
            reactions_enabled: true,
            anonymous_questions: false,
            unique_messages: false,
            edit_window_seconds: 300,
            allowed_reactions: reactions.map(str::to_owned).to_vec(),
            retention_days: 30,
            held_terms: Vec::new(),
            refused_terms: Vec::new(),
        }
    }
}

impl RoomSettings {
    /// How long entries of this room are kept.
    #[must_use]
    pub fn retention(&self) -> Duration {
        Duration::from_secs(u64::from(self.retention_days) * 86_400)
    }

    /// Refuses a reaction that the room does not have.
    pub fn reaction(&self, name: &str) -> Result<()> {
        match self.allowed_reactions.iter().any(|allowed| allowed == name) {
            true => Ok(()),
            false => Err(Error::bad_input("name", "this room does not have this reaction")),
        }
    }
}

/// Settings to change; what is left out stays as it is.
#[derive(InputObject, Clone, Debug, Default)]
pub struct RoomSettingsInput {
    /// 0 to 3,600 seconds; 0 is off.
    pub slow_mode_seconds: Option<u32>,
    /// 1 to 1,000 messages a second: a room's log takes no more.
    pub max_accept_rate: Option<u32>,
    /// 1 to 1,000 messages a second.
    pub max_delivery_rate: Option<u32>,
    /// 1 to 10,000 Unicode code points.
    pub max_message_length: Option<u32>,
    /// Which messages of participants wait for a review.
    pub review_mode: Option<ReviewMode>,
    /// Whether participants may send chat messages.
    pub chat_enabled: Option<bool>,
    /// Whether participants may ask questions.
    pub questions_enabled: Option<bool>,
    /// Whether participants may reply.
    pub participants_can_reply: Option<bool>,
    /// Whether participants may react.
    pub reactions_enabled: Option<bool>,
    /// Whether questions may be asked without a name.
    pub anonymous_questions: Option<bool>,
    /// Whether the same text from the same author is refused within 30 s.
    pub unique_messages: Option<bool>,
    /// 0 to 86,400 seconds; 0 forbids editing.
    pub edit_window_seconds: Option<u32>,
    /// At most 20 names of 1 to 32 characters.
    pub allowed_reactions: Option<Vec<String>>,
    /// 1 to 3,650 days.
    pub retention_days: Option<u32>,
    /// At most 200 terms of 1 to 64 characters whose messages wait for a review. A term is a word, or with a trailing `*`
    /// what begins like it.
    pub held_terms: Option<Vec<String>>,
    /// Likewise, terms whose messages are refused.
    pub refused_terms: Option<Vec<String>>,
}

/// The most reactions a room may have: each may stand in every message's counts.
const MAX_REACTIONS: usize = 20;
/// The most terms of each list: they are a part of the room's row, which every node holds.
const MAX_TERMS: usize = 200;

impl RoomSettingsInput {
    /// The settings with these changes.
    pub fn apply(self, settings: &RoomSettings) -> Result<RoomSettings> {
        let kept = settings.clone();
        let changed = RoomSettings {
            slow_mode_seconds: self.slow_mode_seconds.unwrap_or(kept.slow_mode_seconds),
            max_accept_rate: self.max_accept_rate.unwrap_or(kept.max_accept_rate),
            max_delivery_rate: self.max_delivery_rate.unwrap_or(kept.max_delivery_rate),
            max_message_length: self.max_message_length.unwrap_or(kept.max_message_length),
            review_mode: self.review_mode.unwrap_or(kept.review_mode),
            chat_enabled: self.chat_enabled.unwrap_or(kept.chat_enabled),
            questions_enabled: self.questions_enabled.unwrap_or(kept.questions_enabled),
            participants_can_reply: self
                .participants_can_reply
                .unwrap_or(kept.participants_can_reply),
            reactions_enabled: self.reactions_enabled.unwrap_or(kept.reactions_enabled),
            anonymous_questions: self.anonymous_questions.unwrap_or(kept.anonymous_questions),
            unique_messages: self.unique_messages.unwrap_or(kept.unique_messages),
            edit_window_seconds: self.edit_window_seconds.unwrap_or(kept.edit_window_seconds),
            allowed_reactions: self.allowed_reactions.unwrap_or(kept.allowed_reactions),
            retention_days: self.retention_days.unwrap_or(kept.retention_days),
            held_terms: self.held_terms.unwrap_or(kept.held_terms),
            refused_terms: self.refused_terms.unwrap_or(kept.refused_terms),
        };
        changed.check()
    }
}

impl RoomSettings {
    fn check(self) -> Result<Self> {
        within("slowModeSeconds", self.slow_mode_seconds, 0..=3_600)?;
        within("maxAcceptRate", self.max_accept_rate, 1..=1_000)?;
        within("maxDeliveryRate", self.max_delivery_rate, 1..=1_000)?;
        within("maxMessageLength", self.max_message_length, 1..=10_000)?;
        within("editWindowSeconds", self.edit_window_seconds, 0..=86_400)?;
        within("retentionDays", self.retention_days, 1..=3_650)?;
        names("allowedReactions", &self.allowed_reactions, MAX_REACTIONS, 32)?;
        names("heldTerms", &self.held_terms, MAX_TERMS, 64)?;
        names("refusedTerms", &self.refused_terms, MAX_TERMS, 64)?;
        Ok(self)
    }
}

fn within(field: &'static str, value: u32, range: RangeInclusive<u32>) -> Result<()> {
    match range.contains(&value) {
        true => Ok(()),
        false => {
            Err(Error::bad_input(field, format!("must be {} to {}", range.start(), range.end())))
        }
    }
}

/// Checks a list of short texts, none of them twice.
fn names(field: &'static str, names: &[String], most: usize, longest: usize) -> Result<()> {
    let short = |name: &String| {
        (1..=longest).contains(&name.chars().count())
            && !name.chars().any(char::is_control)
            && name.trim() == name
    };
    let mut sorted: Vec<_> = names.iter().collect();
    sorted.sort_unstable();
    sorted.dedup();
    match names.len() <= most && sorted.len() == names.len() && names.iter().all(short) {
        true => Ok(()),
        false => Err(Error::bad_input(
            field,
            format!("at most {most} different texts of 1 to {longest} characters"),
        )),
    }
}
