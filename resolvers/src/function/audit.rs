//! Requests about the audit log.

use crate::{
    Ctx,
    row::{Act, audit_item, audit_range},
    source::table::{Put, Query, Write},
};
use schema::{End, Json, MessageId, RoomId, UserId};

/// Begins the record of what the caller does; `action` is the name of the mutation.
pub fn act(ctx: &Ctx, action: &str) -> Act {
    Act {
        at: ctx.now,
        actor_id: ctx.identity.sub.clone(),
        action: action.to_owned(),
        target_user_id: None,
        target_message_id: None,
        reason: None,
        details: None,
    }
}

/// Puts a record, to go with what it records.
pub fn put_act(room: &RoomId, act: &Act) -> Write {
    Put::new(audit_item(room, act)).into()
}

/// Lists the records of a month below one of them, newest first.
pub fn list_acts(room: &RoomId, month: &str, below: Option<&str>, limit: usize) -> Query {
    Query::new(audit_range(room, month, below), End::Last, limit)
}

impl Act {
    /// To whom.
    #[must_use]
    pub fn to_user(mut self, user: &UserId) -> Self {
        self.target_user_id = Some(user.clone());
        self
    }

    /// To which message.
    #[must_use]
    pub fn to_message(mut self, message: &MessageId) -> Self {
        self.target_message_id = Some(message.clone());
        self
    }

    /// Why.
    #[must_use]
    pub fn because(mut self, reason: Option<&str>) -> Self {
        self.reason = reason.map(str::to_owned);
        self
    }

    /// What goes with it.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "details are made for this alone")]
    pub fn with(mut self, details: serde_json::Value) -> Self {
        self.details = Some(Json::of(&details));
        self
    }
}
