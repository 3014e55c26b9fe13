//! The review hook: a service of the operator's that is asked about what is sent before anybody reads it.
//!
//! It gets a JSON object by POST, signed, and answers `{"outcome": "ALLOW"}`, `"HOLD"` or `"REFUSE"` with status 200.
//! Anything else is a failure, for which the configuration has the outcome, so a hook that is ill stops no chat.

mod client;
mod health;
mod url;

pub use url::{HookUrl, UnfitUrl};

use self::{
    client::{Client, Failure},
    health::Health,
};
use super::Request;
use crate::{Sources, Verdict};
use metrics::counter;
use schema::{ClientMessageId, DateTime, MessageId, MessageKind, Result, Role, RoomId, UserId};
use serde::{Serialize, Serializer};
use std::{error::Error, sync::Arc, time::Duration};
use tokio::sync::Semaphore;

/// Questions to the hook under way at once. At 50 ms each these are 5,000 a second; a hook that cannot keep up with that is
/// not helped by more. Beyond: the outcome of a failure.
const UNDER_WAY: usize = 256;

/// Asks the hook about a text. Without a hook everything is allowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Review {
    /// The room.
    pub room_id: RoomId,
    /// Who sends it, even if others do not see that.
    pub user_id: UserId,
    /// What he is in the room.
    pub role: Role,
    /// What it is.
    pub kind: MessageKind,
    /// The text.
    pub content: String,
    /// The sender's own data.
    pub metadata: Option<serde_json::Value>,
    /// The message that it replies to.
    pub parent_id: Option<MessageId>,
    /// The key that the client gave it.
    pub client_message_id: Option<ClientMessageId>,
    /// When it was sent.
    #[serde(serialize_with = "as_text")]
    pub sent_at: DateTime,
}

/// Where the hook is, and how it is asked.
#[derive(Clone)]
pub struct ReviewConfig {
    /// Where it is.
    pub url: HookUrl,
    /// What the questions are signed with. It is nowhere shown.
    pub secret: Vec<u8>,
    /// How long an answer may take, from name resolution to its last byte.
    pub timeout: Duration,
    /// What becomes of a text about which there is no answer.
    pub on_failure: Verdict,
}

/// The hook, or that there is none. A handle that is cheap to clone.
#[derive(Clone, Default)]
pub struct ReviewHook {
    hook: Option<Arc<Hook>>,
}

struct Hook {
    client: Client,
    on_failure: Verdict,
    under_way: Semaphore,
    health: Health,
}

impl ReviewHook {
    /// A hook.
    ///
    /// # Errors
    /// When there can be no TLS.
    pub fn new(config: &ReviewConfig) -> std::result::Result<Self, Box<dyn Error>> {
        let hook = Hook {
            client: Client::new(config)?,
            on_failure: config.on_failure,
            under_way: Semaphore::new(UNDER_WAY),
            health: Health::default(),
        };
        Ok(Self { hook: Some(Arc::new(hook)) })
    }

    /// Whether anybody is asked.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.hook.is_some()
    }

    /// What [`Review`] does.
    pub async fn review(&self, review: &Review) -> Verdict {
        match &self.hook {
            Some(hook) => hook.review(review).await,
            None => Verdict::Allow,
        }
    }
}

impl Hook {
    async fn review(&self, review: &Review) -> Verdict {
        let answer = self.ask(review).await;
        self.health.note(answer.as_ref().err());
        match answer {
            Ok(verdict) => {
                counter!("plenary_review_answers_total", "outcome" => verdict.label()).increment(1);
                verdict
            }
            Err(failure) => {
                counter!("plenary_review_failures_total", "reason" => failure.label()).increment(1);
                self.on_failure
            }
        }
    }

    async fn ask(&self, review: &Review) -> std::result::Result<Verdict, Failure> {
        let _turn = self.under_way.try_acquire().map_err(|_| Failure::Busy)?;
        self.client.ask(review).await
    }
}

impl Request for Review {
    const NAME: &'static str = "review";
    type Output = Verdict;

    async fn send(self, sources: &Sources) -> Result<Verdict> {
        Ok(sources.guards.review.review(&self).await)
    }
}

fn as_text<S: Serializer>(at: &DateTime, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.collect_str(at)
}

#[cfg(test)]
mod tests;
