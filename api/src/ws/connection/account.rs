//! Whom an operation is counted for.

use crate::ws::users::Seat;

/// A connection belongs to who opened it, but where each operation shows a credential of its own it may be somebody else's.
pub(super) enum Account<'a> {
    /// Who opened the connection.
    Owner(Option<&'a Seat>),
    /// Somebody else, who has a seat for as long as the operation runs.
    Guest(Option<Seat>),
}

impl Account<'_> {
    pub(super) fn seat(&self) -> Option<&Seat> {
        match self {
            Self::Owner(seat) => *seat,
            Self::Guest(seat) => seat.as_ref(),
        }
    }

    /// What has to be kept while the operation runs.
    pub(super) fn guest(self) -> Option<Seat> {
        match self {
            Self::Owner(_) => None,
            Self::Guest(seat) => seat,
        }
    }
}
