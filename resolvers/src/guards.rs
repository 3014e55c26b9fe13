//! What stands between a sender and the room: limits, word lists, and the review hook.

use crate::{
    source::{
        limiter::{Action, Limiter, TokenBucket},
        review::ReviewHook,
    },
    word_filter::WordFilters,
};

/// What stands between a sender and the room. By default nothing does.
#[derive(Clone, Default)]
pub struct Guards {
    /// Counts what people do.
    pub limiter: Limiter,
    /// How often one user may act.
    pub rates: Rates,
    /// The terms that are held or refused.
    pub words: WordFilters,
    /// Who is asked about what is sent.
    pub review: ReviewHook,
}

/// How often one user may act; `None` is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rates {
    /// Messages, questions, replies and edits in one room.
    pub send: Option<TokenBucket>,
    /// Votes and reactions in one room.
    pub react: Option<TokenBucket>,
    /// Reports in one room.
    pub report: Option<TokenBucket>,
    /// Changes of the own profile.
    pub profile: Option<TokenBucket>,
}

impl Rates {
    /// The rate of an action.
    #[must_use]
    pub fn of(&self, action: Action) -> Option<TokenBucket> {
        match action {
            Action::Send => self.send,
            Action::React => self.react,
            Action::Report => self.report,
            Action::Profile => self.profile,
        }
    }
}
