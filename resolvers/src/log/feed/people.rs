//! Who somebody is in a room, by memory alone.

use super::Feed;
use crate::people::{Member, People};
use schema::{Seq, UserId};
use std::sync::Arc;

impl Feed {
    /// What one person is here; `None` when there is nothing to say.
    pub(crate) fn member(&self, user: &UserId) -> Option<Arc<Member>> {
        self.tail().people().member(user).cloned()
    }

    /// Everybody of whom there is something to say.
    pub(crate) fn people(&self) -> Arc<People> {
        self.tail().people().clone()
    }

    /// Whether somebody has sent nothing under a name after a position, as far as is known here.
    pub(crate) fn is_silent_since(&self, user: &UserId, position: Seq) -> bool {
        self.tail().is_silent_since(user, position)
    }
}
