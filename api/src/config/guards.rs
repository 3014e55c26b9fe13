//! What stands between a sender and the room.

use super::{
    Secret,
    value::{duration, secret},
};
use clap::Args;
use resolvers::{Rates, Verdict, source::limiter::TokenBucket};
use std::{path::PathBuf, time::Duration};

/// How often one user may act, on all nodes together where there is Redis. In rooms, staff is exempt.
#[derive(Clone, Debug, Args)]
pub struct RateLimits {
    /// Messages, questions, replies and edits of one user in one room a second, after a burst of five times as many;
    /// beyond: `RATE_LIMITED`. 0 is no limit, which is what a load test with few users needs.
    #[arg(long, env = "MAX_MESSAGE_RATE", default_value = "1", hide_env_values = true)]
    pub max_message_rate: u32,
    /// Votes and reactions of one user in one room a second, after a burst of four times as many; beyond: `RATE_LIMITED`.
    /// 0 is no limit.
    #[arg(long, env = "MAX_REACTION_RATE", default_value = "5", hide_env_values = true)]
    pub max_reaction_rate: u32,
    /// Reports of one user in one room a minute, after a burst of as many; beyond: `RATE_LIMITED`. 0 is no limit.
    #[arg(long, env = "MAX_REPORT_RATE", default_value = "10", hide_env_values = true)]
    pub max_report_rate: u32,
    /// Changes of one user's profile a minute, after a burst of as many; beyond: `RATE_LIMITED`. 0 is no limit.
    #[arg(long, env = "MAX_PROFILE_RATE", default_value = "10", hide_env_values = true)]
    pub max_profile_rate: u32,
}

/// Who is asked about what is sent.
#[derive(Clone, Debug, Args)]
pub struct ReviewConfig {
    /// Terms that hold or refuse a message in every room: a file with one term a line, `term*` for all words that begin
    /// so, below or behind `hold:` or `refuse:`, and comments with `#`. It is read at start.
    #[arg(long, env = "WORD_FILTER_FILE", hide_env_values = true)]
    pub word_filter_file: Option<PathBuf>,
    /// A service that is asked about each message before it is published, by `POST`: `https://`, or `http://` on a loopback
    /// address. It answers `{"outcome": "ALLOW"}`, `"HOLD"` or `"REFUSE"`.
    #[arg(long, env = "REVIEW_HOOK_URL", requires = "review_hook_secret", hide_env_values = true)]
    pub review_hook_url: Option<Secret>,
    /// What the questions are signed with: `x-plenary-signature: v1=` and, in hexadecimal, the HMAC-SHA256 of
    /// `x-plenary-timestamp`, a dot and the body.
    #[arg(long, env = "REVIEW_HOOK_SECRET", value_parser = secret, hide_env_values = true)]
    pub review_hook_secret: Option<Secret>,
    /// Time for the answer.
    #[arg(long, env = "REVIEW_HOOK_TIMEOUT", default_value = "200ms", value_parser = duration, hide_env_values = true)]
    pub review_hook_timeout: Duration,
    /// What becomes of a message about which there is no answer: `allow`, `hold` or `refuse`.
    #[arg(long, env = "REVIEW_HOOK_ON_FAILURE", default_value = "allow", hide_env_values = true)]
    pub review_hook_on_failure: Verdict,
}

impl RateLimits {
    /// The rates as buckets.
    #[must_use]
    pub fn rates(&self) -> Rates {
        let per_second =
            |rate: u32, seconds| TokenBucket::per_second(rate, rate.saturating_mul(seconds));
        let per_minute = |rate| TokenBucket::per(Duration::from_secs(60), rate, rate);
        Rates {
            send: per_second(self.max_message_rate, 5),
            react: per_second(self.max_reaction_rate, 4),
            report: per_minute(self.max_report_rate),
            profile: per_minute(self.max_profile_rate),
        }
    }
}
